"""Step `gemm`: the program's own matrix products beside the vendor's library, at the shapes of a ViT and 4096^3."""

from kit import Failed, Skipped

# (name, arguments): apart, so that a cut loses one of them.
SHAPES = (
    ("square", ["--dims", "64", "--batch", "1"], True),
    ("d128", ["--dims", "128"], False),
    ("DeiT-Tiny", ["--dims", "192", "--heads", "3", "--image", "224", "--patch", "16"], False),
)
SQUARE, SQUARE_ELSEWHERE = 4096, 512


def measure(kit):
    found = kit.record.results["gemm"] = []
    problems = []
    batch = kit.options.batch or (128 if kit.is_gpu else 1)
    for name, arguments, has_square in SHAPES:
        side = (SQUARE if kit.is_gpu else SQUARE_ELSEWHERE) if has_square else 0
        arguments = ["bench", "gemm", "--device", kit.device, "--square", str(side), "--seconds", "0.3", *arguments]
        if "--batch" not in arguments:
            arguments += ["--batch", str(batch)]
        try:
            entries = kit.nb_json(arguments, 40)
        except Failed as failed:
            problems.append(f"{name}: {failed}")
            continue
        except Skipped as skipped:
            if not found:
                raise
            return f"without {name}: {skipped}"
        found += [dict(entry, model=name) for entry in entries if not has_square or entry["dim"] == 0]
        kit.record.save()
        for entry in entries:
            if entry["check"] != "passed":
                kit.record.alarm(f"gemm {name}: {entry['check'][:300]}")
    if problems:
        raise Failed("; ".join(problems))
