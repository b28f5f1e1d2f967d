"""Step `speed`: training steps and inference of several shapes, in turns with PyTorch on the same device."""

import importlib.util
import json
import statistics
import sys
import time

import machine
from kit import Failed, Skipped, parse_json
from sides import Side

CASES = "dense,pdwp90,pdwp90+merge"
PEERS = "eager,graph,compile"
# name, then the model; the first two are what is asked for, the others as time allows.
SHAPES = (
    ("DeiT-Tiny", {"dim": 192, "depth": 12, "heads": 3, "image": 224, "patch": 16}),
    ("d128", {"dim": 128, "depth": 4, "heads": 4, "image": 32, "patch": 4}),
    ("d64", {"dim": 64, "depth": 4, "heads": 4, "image": 32, "patch": 4}),
    ("d192", {"dim": 192, "depth": 4, "heads": 4, "image": 32, "patch": 4}),
    ("d256", {"dim": 256, "depth": 4, "heads": 4, "image": 32, "patch": 4}),
    ("DeiT-Small", {"dim": 384, "depth": 12, "heads": 6, "image": 224, "patch": 16}),
)
ASKED_FOR = 2
# Enough to see that all of it works where kernels are emulated.
EMULATED = (("tiny", {"dim": 8, "depth": 2, "heads": 1, "image": 8, "patch": 4}),)
FEWEST_ROUNDS, MOST_ROUNDS = 4, 100
# Seconds of six minutes: for all shapes; until the sides of one must be ready; for its rounds; for what follows these.
WHOLE, READY, ROUNDS, AFTER = 120, 45, 12, 20


def measure(kit):
    found = kit.record.results["speed"] = []
    end = time.monotonic() + kit.limit(WHOLE)
    skipped = []
    for number, (name, model) in enumerate(shapes_of(kit)):
        # Elsewhere than on a GPU a shape or two show that all of this works.
        if number >= ASKED_FOR and not kit.is_gpu:
            break
        left = end - time.monotonic()
        if left < 15:
            skipped.append(name)
            continue
        entry = {"shape": name, **model, "batch": batch_of(kit)}
        found.append(entry)
        try:
            measure_shape(kit, entry, model, end)
        finally:
            kit.record.save()
    wrong = [f"{e['shape']} {o['kind']} {o['case']}: {o['check'][:300]}" for e in found for o in e["ours"] if o["check"] != "passed"]
    wrong += [f"{e['shape']} {name}: {problem}" for e in found for name, problem in e["problems"].items()
              if name.startswith("ours")]
    for text in wrong:
        kit.record.alarm(text)
    if not any(e["ours"] for e in found):
        raise Failed("; ".join(f"{n}: {p}" for e in found for n, p in e["problems"].items()) or "nothing was measured")
    return f"no time left for {', '.join(skipped)}" if skipped else ""


def start_early(kit):
    """torch.compile takes longest to get ready: it does so while steps run that measure no time."""
    if not kit.is_nvidia or "speed" not in kit.chosen or "compile" not in kit.options.peers or reason_against_torch(kit):
        return
    for name, model in shapes_of(kit)[:ASKED_FOR]:
        kit.early.append(peer(kit, f"{name} compile", model, "compile"))


def measure_shape(kit, entry, model, end):
    name, limit = entry["shape"], max(1.0, kit.options.minutes / 6)
    sides = [ours(kit, f"{name} ours {kind}", kind, model) for kind in ("step", "infer")]
    entry.update(ours=[], pytorch=[], problems={})
    against = reason_against_torch(kit)
    if against:
        entry["problems"]["PyTorch"] = against
    else:
        early = [side for side in kit.early if side.name == f"{name} compile"]
        wanted = kit.options.peers.split(",")
        engines = ",".join(engine for engine in ("eager", "graph") if engine in wanted)
        if engines:
            sides.append(peer(kit, f"{name} eager", model, engines))
        if "compile" in wanted:
            sides += early or [peer(kit, f"{name} compile", model, "compile")]
    kit.early = [side for side in kit.early if side not in sides]
    try:
        rounds(sides, end, limit)
        entry["card"] = machine.card(kit) if kit.is_nvidia else None
    finally:
        # Those that have nothing more to say are read first.
        for side in sides:
            side.finish(max(1.0, min(AFTER * limit, end + AFTER - time.monotonic())) if side.is_ready else 0.1)
        collect(entry, sides)


def rounds(sides, end, limit):
    start = time.monotonic()
    ready_by = min(start + READY * limit, end)
    for side in sides:
        if not side.wait_until_ready(ready_by - time.monotonic()) and side.problem is None:
            side.problem = f"not ready after {time.monotonic() - start:.0f} s"
    sides = [side for side in sides if side.problem is None]
    begin, number = time.monotonic(), 0
    while sides and number < MOST_ROUNDS and time.monotonic() < end:
        if number >= FEWEST_ROUNDS and time.monotonic() - begin > ROUNDS * limit:
            break
        for side in sides:
            side.round(max(5.0, end - time.monotonic()))
        sides = [side for side in sides if side.problem is None]
        number += 1


def collect(entry, sides):
    for side in sides:
        name = side.name[len(entry["shape"]) + 1:]
        if name.startswith("ours"):
            text = "\n".join(side.lines)
            # It prints its figures at its end, also where it was asked for few rounds.
            if side.rounds:
                try:
                    entry["ours"] += parse_json(text, side.problem or "")
                    continue
                except Failed as failed:
                    side.problem = str(failed)
        else:
            entry["pytorch"] += pytorch(side.lines, entry)
            if side.rounds:
                continue
        entry["problems"][name] = side.problem or "no round was taken"


def pytorch(lines, entry):
    """Medians of each mode; those that failed say why."""
    samples, results = {}, []
    for line in lines:
        try:
            one = json.loads(line)
        except ValueError:
            continue
        if "torch" in one:
            entry["torch"] = one
        elif "failed" in one:
            results.append(one)
        elif "seconds" in one:
            samples.setdefault((one["mode"], one["engine"], one["tf32"]), []).append(one["seconds"])
    for (mode, engine, tf32), seconds in samples.items():
        median = statistics.median(seconds)
        results.append({
            "mode": mode, "engine": engine, "tf32": tf32, "rounds": len(seconds), "seconds_median": median,
            "seconds_best": min(seconds), "images_per_second": entry["batch"] / median})
    return results


def shapes_of(kit):
    if kit.is_emulated:
        return EMULATED
    wanted = kit.options.shapes
    return tuple(shape for shape in SHAPES if wanted is None or shape[0] in wanted.split(","))


def batch_of(kit):
    return kit.options.batch or (128 if kit.is_gpu else 1)


def ours(kit, name, kind, model):
    return Side(kit, name, [
        kit.nb_path, "bench", kind, "--json", "--in-turns", "--device", kit.device, "--cases", kit.options.cases,
        "--batch", batch_of(kit), "--warm-up", 5 if kit.is_gpu else 1, "--dims", model["dim"], "--depth", model["depth"],
        "--heads", model["heads"], "--image", model["image"], "--patch", model["patch"]])


def peer(kit, name, model, engines):
    options = [part for key, value in model.items() for part in (f"--{key}", value)]
    return Side(kit, name, [
        sys.executable, kit.here / "peer.py", "--device", "cuda" if kit.is_nvidia else "cpu", "--engines", engines,
        "--batch", batch_of(kit), *options], for_python=True)


def reason_against_torch(kit):
    if kit.options.peers == "none":
        return "not asked for"
    if importlib.util.find_spec("torch") is None:
        return f"{sys.executable} has no PyTorch"
    return None
