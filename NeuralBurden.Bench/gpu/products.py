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
    batch = str(kit.options.batch or (128 if kit.is_gpu else 1))
    models = []
    for name, arguments, has_square in SHAPES:
        side = (SQUARE if kit.is_gpu else SQUARE_ELSEWHERE) if has_square else 0
        arguments = ["--square", str(side), "--seconds", "0.3", *arguments]
        models.append((name, arguments if "--batch" in arguments else [*arguments, "--batch", batch]))
    squares = {name for name, _, has_square in SHAPES if has_square}
    return compare(kit, "gemm", models, 40, lambda name, entry: name not in squares or entry["dim"] == 0)


def compare(kit, command, models, limit, counts=lambda name, entry: True):
    """Notes the entries of `nb bench COMMAND` of each model, (name, arguments), that count; one that fails leaves the others."""
    found = kit.record.results[command] = []
    problems = []
    for name, arguments in models:
        try:
            entries = kit.nb_json(["bench", command, "--device", kit.device, *arguments], limit)
        except Failed as failed:
            problems.append(f"{name}: {failed}")
            continue
        except Skipped as skipped:
            if not found:
                raise
            return f"without {name}: {skipped}"
        found += [dict(entry, model=name) for entry in entries if counts(name, entry)]
        kit.record.save()
        for entry in entries:
            if entry["check"] != "passed":
                kit.record.alarm(f"{command} {name}: {entry['check'][:300]}")
    if problems:
        raise Failed("; ".join(problems))
