"""Step `masked`: products of masked matrices by kernels that skip what is pruned, beside the program's dense ones and the
vendor's library, at the shapes of a ViT: below which density, and for which pattern, the former are faster."""

import products
import speed
from kit import Failed, Skipped


def measure(kit):
    found = kit.record.results["masked"] = []
    problems = []
    models = [(name, arguments) for name, arguments, has_square in reversed(products.SHAPES) if not has_square]
    if kit.is_emulated:
        models = [("tiny", ["--dims", "16", "--heads", "1", "--image", "8", "--patch", "4"])]
    for name, arguments in models:
        if kit.options.shapes is not None and name not in kit.options.shapes.split(","):
            continue
        try:
            entries = kit.nb_json(
                ["bench", "masked", "--device", kit.device, "--seconds", "0.8", *arguments, "--batch", speed.batch_of(kit)], 60)
        except Failed as failed:
            problems.append(f"{name}: {failed}")
            continue
        except Skipped as skipped:
            if not found:
                raise
            return f"without {name}: {skipped}"
        found += [dict(entry, model=name) for entry in entries]
        kit.record.save()
        for entry in entries:
            if entry["check"] != "passed":
                kit.record.alarm(f"masked {name}: {entry['check'][:300]}")
    if problems:
        raise Failed("; ".join(problems))
