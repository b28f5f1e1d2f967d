"""The figures of one `run`: medians of both sides, their spread, and ratios beside the targets."""

import json
import pathlib
import platform
import statistics
import sys

# What is compared: our case and kind over the peer's mode (or over another case of ours), and the target by threads.
RATIOS = (
    ("dense step / P train", ("step", "dense"), "train", {1: 1.5, None: 1.6}),
    ("masked step / P train_mask", ("step", "masked"), "train_mask", {}),
    ("pdwp90 step / P train_mask", ("step", "pdwp90"), "train_mask", {None: 2.2}),
    ("masked-gradient90 step / P train_mask", ("step", "masked-gradient90"), "train_mask", {None: 3.0}),
    ("pdwp90+merge step / P train", ("step", "pdwp90+merge"), "train", {None: 4.0}),
    ("dense+merge step / P train_tome", ("step", "dense+merge"), "train_tome", {}),
    ("dense+merge step / dense step", ("step", "dense+merge"), ("step", "dense"), {None: 1.45}),
    ("dense inference / P infer", ("infer", "dense"), "infer", {}),
    ("dense+merge inference / P infer_tome", ("infer", "dense+merge"), "infer_tome", {}),
    ("dense+merge inference / dense inference", ("infer", "dense+merge"), ("infer", "dense"), {None: 1.45}),
    ("pdwp90+merge inference / P infer", ("infer", "pdwp90+merge"), "infer", {None: 5.0}),
)


def figures(samples, best=None):
    """Median, best and interquartile range in percent of images per second."""
    quartiles = statistics.quantiles(samples, n=4) if len(samples) > 1 else [samples[0]] * 3
    median = statistics.median(samples)
    return {
        "images_per_second": median, "best": best or max(samples), "samples": len(samples),
        "spread_percent": 100 * (quartiles[2] - quartiles[0]) / median}


def read(folder):
    lines = [json.loads(line) for line in (folder / "peer").read_text().splitlines()]
    peer, ours, best = {}, {}, {}
    for entry in lines:
        if "mode" in entry:
            peer.setdefault((entry["threads"], entry["dim"], entry["mode"]), []).append(entry["images_per_second"])
    for file in sorted(folder.glob("ours-*.json")):
        for entry in json.loads(file.read_text()):
            if "images_per_second" not in entry:
                sys.exit(f"summary: {entry['case']} d{entry['dim']} was not measured: {entry['check']}")
            key = (entry["threads"], entry["dim"], (entry["kind"], entry["case"]))
            ours.setdefault(key, []).append(entry["images_per_second"])
            best[key] = max(best.get(key, 0), entry["images_per_second_best"])
    return peer, ours, best, next(entry["torch"] for entry in lines if "ready" in entry)


def processor():
    for line in pathlib.Path("/proc/cpuinfo").read_text().splitlines():
        if line.startswith("model name"):
            return line.split(":", 1)[1].strip()
    return platform.processor()


def main():
    folder = pathlib.Path(sys.argv[1])
    peer, ours, best, torch = read(folder)
    blas = [json.loads(line) for line in dict.fromkeys((folder / "blas").read_text().splitlines())]
    report = {
        "machine": {"processor": processor(), "system": platform.platform()},
        "versions": {"torch": torch, "nb": (folder / "version").read_text().strip(), "openblas": blas},
        "clock": "processor time on one thread, wall time on several",
        "peer": [], "ours": [], "ratios": []}
    for (threads, dim, mode), samples in sorted(peer.items()):
        report["peer"].append({"threads": threads, "dim": dim, "mode": mode, **figures(samples)})
    for (threads, dim, (kind, case)), samples in sorted(ours.items()):
        report["ours"].append({"threads": threads, "dim": dim, "kind": kind, "case": case,
                               **figures(samples, best[threads, dim, (kind, case)])})
    for threads, dim in sorted({key[:2] for key in ours}):
        for name, case, other, targets in RATIOS:
            base = peer.get((threads, dim, other)) if isinstance(other, str) else ours.get((threads, dim, other))
            mine = ours.get((threads, dim, case))
            if base and mine:
                ratio = statistics.median(mine) / statistics.median(base)
                target = targets.get(threads, targets.get(None))
                report["ratios"].append({
                    "name": name, "threads": threads, "dim": dim, "ratio": ratio, "target": target,
                    "met": None if target is None else ratio >= target})
    show(report)
    if len(sys.argv) > 2:
        pathlib.Path(sys.argv[2]).write_text(json.dumps(report, indent=2) + "\n")


def show(report):
    print(f"{report['machine']['processor']}; {report['machine']['system']}")
    print(f"P = PyTorch {report['versions']['torch']}; nb {report['versions']['nb']}; {report['clock']}")
    for entry in report["versions"]["openblas"]:
        print(f"OpenBLAS of P, {entry['threads']} thread(s): {entry['library']}, kernel {entry['kernel']}")
    print(f"\n{'threads':>7} {'d':>4}  {'':34} {'images/s':>9} {'best':>9} {'spread':>7}  samples")
    for entry in report["peer"] + report["ours"]:
        name = f"P {entry['mode']}" if "mode" in entry else f"{entry['kind']} {entry['case']}"
        print(
            f"{entry['threads']:>7} {entry['dim']:>4}  {name:34} {entry['images_per_second']:9.1f} "
            f"{entry['best']:9.1f} {entry['spread_percent']:6.1f}%  {entry['samples']:>7}")
    print(f"\n{'threads':>7} {'d':>4}  {'':42} {'ratio':>6} {'target':>7}")
    for entry in report["ratios"]:
        target = "" if entry["target"] is None else f"{entry['target']:.2f}"
        verdict = {None: "", True: "met", False: "missed"}[entry["met"]]
        print(f"{entry['threads']:>7} {entry['dim']:>4}  {entry['name']:42} {entry['ratio']:6.2f} {target:>7}  {verdict}")


main()
