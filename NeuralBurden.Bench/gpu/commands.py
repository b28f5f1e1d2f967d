"""Commands under a time limit: their output kept in the log, their whole process group ended with them."""

import os
import pathlib
import signal
import subprocess
import time

# Of one command's output in the log; what the machine takes back is limited.
MOST_LOGGED = 512 * 1024


class Log:
    def __init__(self, path):
        self.path = path

    def add(self, text):
        with open(self.path, "a", encoding="utf-8", errors="replace") as file:
            file.write(text if text.endswith("\n") else text + "\n")

    def add_output(self, name, text):
        if not text.strip():
            return
        if len(text) > MOST_LOGGED:
            half = MOST_LOGGED // 2
            text = f"{text[:half]}\n[... {len(text) - MOST_LOGGED} characters left out ...]\n{text[-half:]}"
        self.add(f"--- {name}\n{text}")


class Result:
    """What a command did. `cut`: it ran into its limit. `code` is 127 where it could not be started."""

    def __init__(self, code, out, err, seconds, cut):
        self.code, self.out, self.err, self.seconds, self.cut = code, out, err, seconds, cut

    @property
    def reason(self):
        """Why it failed, in one line; empty where it did not."""
        if self.cut:
            return f"cut after {self.seconds:.0f} s"
        if self.code == 0:
            return ""
        lines = [line.strip() for line in self.err.splitlines() if line.strip()]
        return f"exit code {self.code}: {lines[-1][:500] if lines else 'no message'}"


def end(process, patience=2.0):
    """Ends a process that leads a group, with the group: asked first, then at once."""
    for number in (signal.SIGTERM, signal.SIGKILL):
        try:
            os.killpg(process.pid, number)
            process.wait(patience)
        except (ProcessLookupError, PermissionError, subprocess.TimeoutExpired):
            pass


def run(command, limit, environment, log, work):
    """Runs a command to its end, or to its limit in seconds. Output goes through files: no pipe can block or stay open."""
    command = [str(part) for part in command]
    log.add(f"\n$ {' '.join(command)}    (limit {limit:.0f} s)")
    start = time.monotonic()
    paths = [pathlib.Path(work) / name for name in ("stdout", "stderr")]
    cut = False
    with open(paths[0], "wb") as out, open(paths[1], "wb") as err:
        try:
            process = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=out, stderr=err, env=environment, cwd=str(work),
                start_new_session=True)
        except OSError as error:
            log.add(f"not started: {error}")
            return Result(127, "", str(error), 0, False)
        try:
            code = process.wait(max(0.1, limit))
        except subprocess.TimeoutExpired:
            cut, code = True, 124
        finally:
            end(process)
    texts = [path.read_text(encoding="utf-8", errors="replace") for path in paths]
    seconds = time.monotonic() - start
    for name, text in zip(("output", "errors"), texts):
        log.add_output(name, text)
    log.add(f"--- exit code {code}, {seconds:.1f} s{', cut' if cut else ''}")
    return Result(code, texts[0], texts[1], seconds, cut)
