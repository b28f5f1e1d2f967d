"""Step `tensor`: products whose factors are rounded to TF32 or bfloat16, by the program's tensor-core kernel, beside cuBLAS in
TF32, at the shapes of step `gemm`; and at sizes that are no multiples of any tile or of four words, for their results."""

import products
from kit import Failed, Skipped

PRECISIONS = ("tf32", "bf16")
RAGGED = ("ragged", ["--square", "131", "--dims", "51", "--heads", "3", "--image", "28", "--patch", "7", "--batch", "5"])


def measure(kit):
    if not (kit.is_nvidia or kit.is_emulated):
        raise Skipped("only CUDA devices have them")
    found = kit.record.results["tensor"] = []
    problems = []
    for precision in PRECISIONS:
        models = [RAGGED] if kit.is_emulated else [RAGGED, *products.models(kit)]
        try:
            reason = products.compare(
                kit, ["gemm", "--precision", precision], found, [(f"{name}, {precision}", m) for name, m in models], 30)
        except Failed as failed:
            problems.append(f"{precision}: {failed}")
            continue
        if reason:
            return reason
    if problems:
        raise Failed("; ".join(problems))
