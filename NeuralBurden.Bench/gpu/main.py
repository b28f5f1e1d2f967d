"""Checks and measures one device within a few minutes; every step has a limit, and results are written as they come.

Steps, in this order:
  machine   card, driver, clocks, tools; `nb devices`
  check     `nb check`: every op against the reference, training, pruning, merging, checkpoints
  training  MNIST on the device and on the processor: equal mask bits, accuracy
  speed     training steps and inference in turns with PyTorch
  gemm      the program's own matrix products beside the vendor's library
  tensor    the same in TF32 and bfloat16 by tensor cores, beside cuBLAS in TF32
  masked    products of masked matrices (N:M, one by one, in blocks) by kernels that skip, beside dense ones
  kernels   launches of a step and of an inference; with ncu: time without a kernel, and the five longest kernels
  sanitize  compute-sanitizer's memcheck, racecheck and synccheck over the small cases of the ops
"""

import argparse
import json
import os
import pathlib
import re
import signal
import sys
import tempfile
import time

import checking
import commands
import kernels
import masked
import machine
import products
import record
import sanitize
import speed
import tensor
import training
from kit import Failed, Kit, Skipped

STEPS = {
    "machine": machine.look, "check": checking.check, "training": training.compare, "speed": speed.measure,
    "gemm": products.measure, "tensor": tensor.measure, "masked": masked.measure,
    "kernels": kernels.look, "sanitize": sanitize.check}

# A device that is emulated is for correctness alone: that every step works, on the smallest of models.
EMULATED_STEPS = ("machine", "check", "speed", "tensor", "masked", "kernels")


def parse():
    parser = argparse.ArgumentParser(
        prog="run", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--device", default="cuda:0", metavar="D", help="as `nb devices` names it; cuda:0 by default")
    parser.add_argument("--minutes", type=float, default=6, metavar="N", help="for all steps; 6 by default")
    parser.add_argument(
        "--steps", default=None, metavar="A,B", help=f"some of {','.join(STEPS)}; all by default")
    parser.add_argument(
        "--shapes", default=None, metavar="A,B", help=f"models to time, of {','.join(name for name, _ in speed.SHAPES)}")
    parser.add_argument(
        "--cases", default=speed.CASES, metavar="A,B",
        help=f"what is timed of each model, of `nb bench step --help`; {speed.CASES} by default")
    parser.add_argument(
        "--peers", default=speed.PEERS, metavar="A,B", help=f"engines of PyTorch to time, of {speed.PEERS}; none for none")
    parser.add_argument(
        "--batch", type=int, default=None, metavar="N", help="images in a batch; 128 on a GPU, 1 elsewhere")
    options = parser.parse_args()
    if not 0.1 <= options.minutes <= 600:
        parser.error("--minutes: allowed: 0.1 to 600")
    known = [name for name, _ in speed.SHAPES]
    if not re.fullmatch(r"[a-z0-9+-]+(,[a-z0-9+-]+)*", options.cases):
        parser.error("--cases: allowed: names separated by commas")
    if options.shapes is not None and not set(options.shapes.split(",")) <= set(known):
        parser.error(f"--shapes: allowed: {', '.join(known)}")
    if options.peers != "none" and not set(options.peers.split(",")) <= set(speed.PEERS.split(",")):
        parser.error(f"--peers: allowed: none, or some of {speed.PEERS}")
    if options.batch is not None and not 1 <= options.batch <= 4096:
        parser.error("--batch: allowed: 1 to 4096")
    chosen = EMULATED_STEPS if options.device == "ilgpu-cpu" else tuple(STEPS)
    if options.steps is not None:
        chosen = tuple(options.steps.split(","))
        unknown = [name for name in chosen if name not in STEPS]
        if unknown:
            parser.error(f"--steps: there is no step '{unknown[0]}'; allowed: {', '.join(STEPS)}")
    return options, chosen


def output_folder(here):
    """$OUT, or the kit's own folder, or a new one where neither can be written."""
    for place in (os.environ.get("OUT"), str(here.parent)):
        if not place:
            continue
        try:
            os.makedirs(place, exist_ok=True)
            with tempfile.TemporaryFile(dir=place):
                return pathlib.Path(place)
        except OSError as error:
            print(f"run: {place}: {error}", file=sys.stderr)
    return pathlib.Path(tempfile.mkdtemp(prefix="nb-kit-out-"))


def do(kit, name):
    """One step; whatever happens in it, the next one follows."""
    print(f"{name} ...", flush=True)
    kit.log.add(f"\n===== {name}, {kit.left:.0f} s left")
    start = time.monotonic()
    try:
        if kit.left < 5:
            raise Skipped("no time left")
        status, reason = "done", STEPS[name](kit) or ""
    except Skipped as skipped:
        status, reason = "skipped", str(skipped)
    except Failed as failed:
        status, reason = "failed", str(failed)
    except Exception as error:  # A fault of the kit must not cost the steps that follow.
        status, reason = "failed", f"{type(error).__name__}: {error}"
    kit.record.step(name, status, time.monotonic() - start, reason)
    print(f"{name}: {status}{', ' if reason else ''}{reason}", flush=True)


def main():
    options, chosen = parse()
    here = pathlib.Path(__file__).resolve().parent
    folder = output_folder(here)
    log = commands.Log(folder / "gpu.log")
    head = {
        "kit": json.loads((here / "kit.json").read_text()), "started": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
        "device": options.device, "minutes": options.minutes}
    kept = record.Record(folder, head)
    kit = Kit(options, chosen, here, log, kept)
    # The machine that lends the card may end this; what is known is written already.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    try:
        kept.content["program"] = kit.unpack()
        for name in chosen:
            do(kit, name)
    except Failed as failed:
        kept.alarm(str(failed))
    finally:
        for side in kit.early:
            side.close()
        kit.clean_up()
    kept.save()
    failed = [step["name"] for step in kept.content["steps"] if step["status"] == "failed"]
    for alarm in kept.content["alarms"]:
        print(f"ALARM: {alarm}")
    print(f"results: {folder / 'gpu.json'}, gpu.md and gpu.log beside it")
    sys.exit(1 if failed or kept.content["alarms"] else 0)


main()
