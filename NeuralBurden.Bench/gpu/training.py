"""Step `training`: MNIST with the same seed on the device and on the processor.

Floats differ between devices, so runs drift apart; but the masks of the first updates must be nearly the same, and the
accuracies close.
"""

import json
import struct

import speed
from kit import Failed

ALARM_EQUAL_BITS = 0.99
ALARM_ACCURACY = 0.01
UPDATE_EVERY = 8
IMAGES_OF_UPDATES = 2 * UPDATE_EVERY * 64
IMAGES, IMAGES_ELSEWHERE = 16384, 4096


def compare(kit):
    found = kit.record.results["training"] = {}
    speed.start_early(kit)
    folders = {}
    for side in ("device", "cpu"):
        folders[side] = train(kit, side, "updates", IMAGES_OF_UPDATES, [
            "train.epochs=1", f"train.checkpoint_every={UPDATE_EVERY}st", f"pruning.update_every={UPDATE_EVERY}st",
            "pruning.start=0ep", "pruning.end=0ep", "pruning.stop=100%"], 40)
    found["updates"] = [updates(*pair) for pair in pairs(folders)]
    kit.record.save()
    if not found["updates"]:
        raise Failed("no checkpoint of the same step and no model on both devices")
    worst = min(update["equal_mask_bits"] for update in found["updates"])
    if worst < ALARM_EQUAL_BITS:
        kit.record.alarm(f"masks of {kit.device} and cpu: {100 * worst:.2f} % of the bits are equal after the first updates")
    found["accuracy"] = {}
    for side in ("device", "cpu"):
        folder = train(kit, side, "accuracy", IMAGES if kit.is_gpu else IMAGES_ELSEWHERE, [], 60)
        found["accuracy"][side] = json.loads((folder / "result.json").read_text())["test_accuracy"]
        kit.record.save()
    difference = abs(found["accuracy"]["device"] - found["accuracy"]["cpu"])
    if difference > ALARM_ACCURACY:
        kit.record.alarm(f"accuracies of {kit.device} and cpu differ by {100 * difference:.2f} points")
    return f"{100 * worst:.3f} % of mask bits equal, accuracies {100 * difference:.2f} points apart"


def train(kit, side, name, images, settings, limit):
    """The folder of a run that is done."""
    out = kit.work / "runs" / f"{name}-{side}"
    arguments = ["train", kit.here / "mnist.yaml", "--data-dir", kit.data, "--out", out]
    arguments += ["--device", kit.device if side == "device" else "cpu"]
    for setting in [f"train.limit={images}", *settings]:
        arguments += ["--set", setting]
    result = kit.nb(arguments, limit)
    if result.code != 0:
        raise Failed(f"training on {kit.device if side == 'device' else 'cpu'}: {result.reason}")
    return next(path.parent for path in out.glob("*/result.json"))


def pairs(folders):
    """Checkpoints of the same step, the earlier ones first, and the run's models: these hold masks, the states do not."""
    names = {side: {p.name: p for p in [*(folder / "checkpoints").glob("step-*.safetensors"), folder / "model.safetensors"]
                    if p.exists() and not p.name.endswith(".state.safetensors")} for side, folder in folders.items()}
    order = sorted(names["device"], key=lambda name: (name == "model.safetensors", name))
    return [(names["device"][name], names["cpu"][name]) for name in order if name in names["cpu"]]


def updates(device, cpu):
    equal = total = 0
    mine, theirs = masks(device), masks(cpu)
    for name, bits in mine.items():
        total += 8 * len(bits)
        equal += 8 * len(bits) - sum(bin(a ^ b).count("1") for a, b in zip(bits, theirs[name]))
    if total == 0:
        raise Failed(f"{device.name} has no masks")
    return {"checkpoint": device.stem, "mask_bits": total, "equal_mask_bits": equal / total}


def masks(path):
    """The bytes of all mask.* tensors of a safetensors file: 8 bytes of length, a JSON header, the data."""
    data = path.read_bytes()
    length = struct.unpack("<Q", data[:8])[0]
    header = json.loads(data[8:8 + length])
    start = 8 + length
    return {
        name: data[start + entry["data_offsets"][0]:start + entry["data_offsets"][1]]
        for name, entry in header.items() if name.startswith("mask.")}
