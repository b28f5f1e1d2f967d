"""What `prepare` packs: the program and MNIST's plain files in one archive that python3 alone can open."""

import gzip
import io
import lzma
import pathlib
import sys
import tarfile

MNIST = ("train-images-idx3-ubyte", "train-labels-idx1-ubyte", "t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte")


def mnist_file(folder, name):
    """The plain bytes: unlike gzip's, they compress with the rest, and the program knows their checksum."""
    plain, packed = folder / name, folder / f"{name}.gz"
    if plain.exists():
        return plain.read_bytes()
    if packed.exists():
        return gzip.decompress(packed.read_bytes())
    sys.exit(f"prepare: {folder} has neither {name} nor {name}.gz")


def add(archive, name, data, mode):
    entry = tarfile.TarInfo(name)
    entry.size, entry.mode = len(data), mode
    archive.addfile(entry, io.BytesIO(data))


def main():
    target, program, mnist = (pathlib.Path(a) for a in sys.argv[1:])
    # A third of the time of the usual 6, for a tenth more bytes.
    with lzma.open(target, "wb", preset=2) as packed, tarfile.open(fileobj=packed, mode="w") as archive:
        add(archive, "nb", program.read_bytes(), 0o755)
        for name in MNIST:
            add(archive, f"data/mnist/{name}", mnist_file(mnist, name), 0o644)


main()
