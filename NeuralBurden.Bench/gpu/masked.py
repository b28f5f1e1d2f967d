"""Step `masked`: products of masked matrices by kernels that skip what is pruned, beside the program's dense ones and the
vendor's library, at the shapes of a ViT: below which density, and for which pattern, the former are faster."""

import products
import speed


def measure(kit):
    models = [(name, arguments) for name, arguments, has_square in reversed(products.SHAPES) if not has_square]
    if kit.is_emulated:
        models = [("tiny", ["--dims", "16", "--heads", "1", "--image", "8", "--patch", "4"])]
    wanted = kit.options.shapes.split(",") if kit.options.shapes is not None else [name for name, _ in models]
    batch = speed.batch_of(kit)
    return products.compare(kit, ["masked"], kit.record.results.setdefault("masked", []), [
        (name, ["--seconds", "0.8", *arguments, "--batch", batch]) for name, arguments in models if name in wanted], 60)
