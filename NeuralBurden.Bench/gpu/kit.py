"""What all steps share: the device, the program, the time that is left, the environment, the record."""

import glob
import json
import os
import pathlib
import shutil
import sys
import tarfile
import tempfile
import time

import commands


class Skipped(Exception):
    """A step, or a part of one, that cannot or need not be done here; the message says why."""


class Failed(Exception):
    """Something that should have worked did not."""


class Kit:
    def __init__(self, options, chosen, here, log, record):
        self.options, self.chosen, self.here, self.log, self.record = options, chosen, here, log, record
        self.device = options.device
        self.deadline = time.monotonic() + 60 * options.minutes
        self.work = self.nb_path = self.data = None
        self.early = []

    @property
    def is_nvidia(self):
        return self.device.startswith("cuda")

    @property
    def is_gpu(self):
        return self.is_nvidia or self.device.startswith("opencl")

    @property
    def is_emulated(self):
        return self.device == "ilgpu-cpu"

    @property
    def left(self):
        """Seconds until the end; a few are kept for the record."""
        return self.deadline - time.monotonic() - 2

    def limit(self, seconds):
        """A limit for six minutes, in the minutes that were given, and no more than is left."""
        limit = min(seconds * max(1.0, self.options.minutes / 6), self.left)
        if limit < 1:
            raise Skipped("no time left")
        return limit

    def unpack(self):
        """Unpacks the program where files can be executed: /tmp may be mounted without that, this folder be read-only."""
        archive = self.here / "program.tar.xz"
        reasons = []
        places = [os.environ.get("TMPDIR"), "/tmp", "/dev/shm", "/var/tmp", str(self.here), str(self.record.folder)]
        for place in [p for p in dict.fromkeys(places) if p and os.path.isdir(p)]:
            try:
                self.work = pathlib.Path(tempfile.mkdtemp(prefix="nb-kit-", dir=place))
            except OSError as error:
                reasons.append(f"{place}: {error}")
                continue
            try:
                with tarfile.open(archive, "r:xz") as packed:
                    packed.extractall(str(self.work))
                link_cublas(self.work / "cublas")
                for name in ("home", "cuda-cache", "inductor", "triton", "extract", "runs", "tmp"):
                    (self.work / name).mkdir()
                self.nb_path, self.data = self.work / "nb", self.work / "data"
                version = self.command([self.nb_path, "--version"], 30)
                if version.code == 0:
                    return version.out.strip()
                reasons.append(f"{place}: {version.reason}")
            except (OSError, EOFError, tarfile.TarError, shutil.Error) as error:
                reasons.append(f"{place}: {error}")
            self.clean_up()
        raise Failed(f"the program does not start: {'; '.join(reasons)}")

    def clean_up(self):
        if self.work is not None:
            shutil.rmtree(self.work, ignore_errors=True)

    def environment(self, for_python=False):
        """Caches in the work folder: HOME may be unset or read-only. Python keeps it, as it may hold its packages."""
        work = str(self.work)
        added = {
            "CUDA_CACHE_PATH": f"{work}/cuda-cache",
            "CUDA_CACHE_MAXSIZE": str(1 << 30),
            "DOTNET_BUNDLE_EXTRACT_BASE_DIR": f"{work}/extract",
            "DOTNET_EnableDiagnostics": "0",
            "PYTHONDONTWRITEBYTECODE": "1",
            "TMPDIR": f"{work}/tmp",
            "TORCHINDUCTOR_CACHE_DIR": f"{work}/inductor",
            "TRITON_CACHE_DIR": f"{work}/triton",
        }
        environment = dict(os.environ, **added)
        if not for_python:
            environment["HOME"] = f"{work}/home"
            known = environment.get("LD_LIBRARY_PATH", "")
            environment["LD_LIBRARY_PATH"] = f"{work}/cublas:{known}" if known else f"{work}/cublas"
        environment.setdefault("HOME", f"{work}/home")
        return environment

    def command(self, command, limit, for_python=False):
        return commands.run(command, self.limit(limit), self.environment(for_python), self.log, self.work)

    def nb(self, arguments, limit, prefix=()):
        return self.command([*prefix, self.nb_path, *arguments], limit)

    def nb_json(self, arguments, limit, prefix=()):
        """What `nb ... --json` prints, even where it says with its exit code that a check failed."""
        result = self.nb([*arguments, "--json"], limit, prefix)
        return parse_json(result.out, result.reason)


def parse_json(text, reason):
    starts = [i for i in (text.find("["), text.find("{")) if i >= 0]
    try:
        return json.loads(text[min(starts):])
    except ValueError:
        raise Failed(reason or f"no JSON but: {text[:200]!r}") from None


def cublas_folder():
    """Where PyTorch's own cuBLAS lies, or the toolkit's; the newest where there are several; None where there is none."""
    patterns = [f"{path}/nvidia/*/lib" for path in sys.path if path]
    patterns += [f"{path}/torch/lib" for path in sys.path if path]
    patterns += ["/usr/local/cuda*/lib64", "/usr/local/cuda*/targets/*/lib", "/usr/lib/x86_64-linux-gnu"]
    for pattern in patterns:
        found = []
        for folder in glob.glob(pattern):
            for library in glob.glob(f"{folder}/libcublas.so.*"):
                version = library.rsplit(".so.", 1)[1].split(".")[0]
                # ILGPU's bindings know 10 to 12; 13 keeps the functions they call.
                if version.isdigit() and 10 <= int(version) <= 13:
                    found.append((int(version), folder))
        if found:
            return max(found)[1]
    return None


def link_cublas(target):
    """A folder with cuBLAS and the compiler it may call, and nothing else: beside PyTorch's lie libraries of the same names
    as those that ncu brings, of other versions."""
    target.mkdir()
    folder = cublas_folder()
    if folder is None:
        return
    for pattern in ("libcublas.so.*", "libcublasLt.so.*", "libnvrtc.so.*", "libnvrtc-builtins.so.*"):
        near = glob.glob(f"{folder}/{pattern}") or glob.glob(f"{folder}/../../*/lib/{pattern}")
        for library in near:
            link = target / os.path.basename(library)
            if not link.exists():
                link.symlink_to(os.path.realpath(library))
