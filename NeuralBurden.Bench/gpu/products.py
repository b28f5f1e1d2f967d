"""Step `gemm`: the program's own matrix products beside the vendor's library, at the shapes of a ViT and 4096^3."""

from kit import Failed, Skipped

# Of this one the model is as small as can be, and not noted.
SQUARE_ALONE = "square"

# (name, arguments): apart, so that a cut loses one of them.
SHAPES = (
    (SQUARE_ALONE, ["--dims", "64", "--batch", "1"], True),
    ("d128", ["--dims", "128"], False),
    ("DeiT-Tiny", ["--dims", "192", "--heads", "3", "--image", "224", "--patch", "16"], False),
)
SQUARE, SQUARE_ELSEWHERE = 4096, 512


def models(kit):
    batch = str(kit.options.batch or (128 if kit.is_gpu else 1))
    found = []
    for name, arguments, has_square in SHAPES:
        side = (SQUARE if kit.is_gpu else SQUARE_ELSEWHERE) if has_square else 0
        arguments = ["--square", str(side), "--seconds", "0.3", *arguments]
        found.append((name, arguments if "--batch" in arguments else [*arguments, "--batch", batch]))
    return found


def measure(kit):
    return compare(kit, ["gemm"], kit.record.results.setdefault("gemm", []), models(kit), 40)


def compare(kit, command, found, models, limit):
    """Notes the entries of `nb bench COMMAND` of each model, (name, arguments), in `found`; one that fails leaves the others."""
    problems = []
    for name, arguments in models:
        try:
            entries = kit.nb_json(["bench", *command, "--device", kit.device, *arguments], limit)
        except Failed as failed:
            problems.append(f"{name}: {failed}")
            continue
        except Skipped as skipped:
            if not found:
                raise
            return f"without {name}: {skipped}"
        found += [dict(entry, model=name) for entry in entries if not name.startswith(SQUARE_ALONE) or entry["dim"] == 0]
        kit.record.save()
        for entry in entries:
            if entry["check"] != "passed":
                kit.record.alarm(f"{command[0]} {name}: {entry['check'][:300]}")
    if problems:
        raise Failed("; ".join(problems))
