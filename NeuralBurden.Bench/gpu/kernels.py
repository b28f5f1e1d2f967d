"""Step `kernels`: what a training step and an inference launch and, with NVIDIA's ncu, how long each kernel takes and how well it
runs.

ncu runs one kernel after the other and each of them several times. The sum of their times is what the step needs at
least; what the step takes more is time in which the card waits for the program.
"""

import collections
import csv
import io
import itertools
import shutil

import speed
from kit import Failed, Skipped, parse_json

# Seconds, and what a second, pass or thread of the kernel did.
TIME = "gpu__time_duration.sum"
FMA = "sm__sass_thread_inst_executed_op_ffma_pred_on.sum"
BYTES = "dram__bytes.sum"
OCCUPANCY = "sm__warps_active.avg.pct_of_peak_sustained_active"
FMA_PIPE = "sm__inst_executed_pipe_fma.avg.pct_of_peak_sustained_active"
REGISTERS = "launch__registers_per_thread"
SHARED = "launch__shared_mem_per_block_static"
GRID, BLOCK = "launch__grid_size", "launch__block_size"
METRICS = (TIME, FMA, BYTES, OCCUPANCY, FMA_PIPE, REGISTERS, SHARED, GRID, BLOCK)
# ILGPU gives all its kernels the same name; the program tells in which order it launched which.
OWN_NAME = "Kernel_Run"
LONGEST = 12
# The kinds and cases of each model: an inference takes a tenth of a step's time.
PROFILED = (("infer", "pdwp90+merge"), ("step", "dense"))
LARGE_IMAGE = 100
TO_NANOSECONDS = {"ns": 1, "nsecond": 1, "us": 1e3, "usecond": 1e3, "ms": 1e6, "msecond": 1e6, "s": 1e9, "second": 1e9}


def look(kit):
    if not kit.is_gpu and not kit.is_emulated:
        raise Skipped(f"{kit.device} launches no kernels")
    found = kit.record.results["kernels"] = []
    tool = shutil.which("ncu") if kit.is_nvidia else None
    models = reversed(speed.shapes_of(kit)[:speed.ASKED_FOR])
    for (name, model), (kind, case) in itertools.product(models, profiled_cases(kit)):
        entry = {"shape": name, "kind": kind, "case": case}
        found.append(entry)
        arguments = ["bench", kind, "--device", kit.device, "--cases", case, "--rounds", 1, "--warm-up", 1,
                     "--batch", speed.batch_of(kit), "--kernels", "--json"]
        arguments += [part for key, value in model.items() for part in ("--dims" if key == "dim" else f"--{key}", value)]
        try:
            # ncu repeats a kernel for what it cannot count at once, with all of its memory: minutes for a large model.
            metrics = METRICS if model["image"] < LARGE_IMAGE else (TIME, REGISTERS, GRID, BLOCK)
            result, text = profiled(kit, tool, metrics, arguments, f"{name}-{kind}-{case}")
            if tool is not None and not table(text)[0]:
                # A metric that this card does not have may cost all others; times are there always.
                result, text = profiled(kit, tool, (TIME,), arguments, f"{name}-{kind}-{case}")
        except Skipped as skipped:
            entry["skipped"] = str(skipped)
            continue
        try:
            launched = parse_json(result.out, result.reason)[0].get("kernels") or []
            entry["launches"] = len(launched)
            entry["launches_by_kernel"] = dict(collections.Counter(launched).most_common())
            if tool is not None:
                entry.update(profile(text, launched))
        except (Failed, IndexError, KeyError) as problem:
            entry["problem"] = str(problem)
        entry.update(idle(kit, entry))
        kit.record.save()
    problems = [f"{e['shape']} {e['kind']} {e['case']}: {e['problem']}" for e in found if "problem" in e]
    if problems:
        raise Failed("; ".join(problems))
    return "" if tool else "ncu is not installed: launches alone" if kit.is_nvidia else "launches alone: ncu is NVIDIA's"


def profiled_cases(kit):
    """And of the masks in patterns that were asked for, whose products have kernels of their own."""
    patterns = tuple(("infer", case) for case in kit.options.cases.split(",") if case.startswith(("nm-", "block")))
    return PROFILED[:1] + patterns + PROFILED[1:]


def profiled(kit, tool, metrics, arguments, name):
    """The program's result, and what ncu wrote of the step that the program marks."""
    report = kit.work / f"ncu-{name}-{len(metrics)}.csv"
    prefix = [] if tool is None else [
        tool, "--profile-from-start", "off", "--clock-control", "none", "--cache-control", "none", "--metrics",
        ",".join(metrics), "--csv", "--page", "raw", "--log-file", report]
    result = kit.nb(arguments, 45, prefix)
    text = report.read_text(errors="replace") if report.exists() else ""
    kit.log.add_output(f"ncu of {name}", text)
    return result, text


def profile(text, launched):
    """The sum of the kernels' times, and the five that take longest in all their launches together."""
    rows, units = table(text)
    if not rows:
        last = [line for line in text.splitlines() if line.strip()]
        raise Failed(f"ncu wrote no rows: {last[-1][:300] if last else 'nothing at all'}")
    own = iter([name for name in launched if " x " not in name])
    groups, total = {}, 0.0
    for row in rows:
        nanoseconds = number(row.get(TIME)) * TO_NANOSECONDS.get(units.get(TIME, "ns"), 1)
        name = row.get("Kernel Name", "?").split("(")[0]
        if name == OWN_NAME:
            name = next(own, "own kernel beyond the program's list")
        group = groups.setdefault(name, {"kernel": name, "launches": 0, "nanoseconds": 0.0, "longest": 0.0})
        group["launches"] += 1
        group["nanoseconds"] += nanoseconds
        total += nanoseconds
        if nanoseconds > group["longest"]:
            group.update(longest=nanoseconds, **figures(row, units, nanoseconds))
    kernels = sorted(groups.values(), key=lambda group: -group["nanoseconds"])[:LONGEST]
    for kernel in kernels:
        kernel["share"] = kernel["nanoseconds"] / total if total else None
    return {"profiled_launches": len(rows), "busy_seconds": total / 1e9, "longest_kernels": kernels}


def figures(row, units, nanoseconds):
    """Of one launch; a metric that this card does not have is None."""
    def value(name):
        return number(row[name]) if row.get(name, "").strip() else None

    fma, moved = value(FMA), value(BYTES)
    scale = {"byte": 1, "Kbyte": 1e3, "Mbyte": 1e6, "Gbyte": 1e9}.get(units.get(BYTES, "byte"), 1)
    return {
        "gflops": None if fma is None or not nanoseconds else 2 * fma / nanoseconds,
        "gigabytes_per_second": None if moved is None or not nanoseconds else moved * scale / nanoseconds,
        "occupancy_percent": value(OCCUPANCY), "fma_pipe_percent": value(FMA_PIPE), "registers": value(REGISTERS),
        "shared_bytes_static": value(SHARED), "groups": value(GRID), "threads": value(BLOCK)}


def table(text):
    """ncu's CSV among its messages: a line of names, one of units, then the rows."""
    lines = text.splitlines()
    start = next((i for i, line in enumerate(lines) if line.startswith('"ID"')), None)
    if start is None:
        return [], {}
    rows = list(csv.DictReader(io.StringIO("\n".join(lines[start:]))))
    units = {}
    if rows and not (rows[0].get("ID") or "").strip():
        units = {name: (unit or "").strip() for name, unit in rows.pop(0).items() if name}
    return [row for row in rows if (row.get("ID") or "").strip().isdigit()], units


def number(text):
    try:
        return float((text or "").replace(",", ""))
    except ValueError:
        return 0.0


def idle(kit, entry):
    """The share of a step or an inference without a kernel, from its time where `speed` measured it."""
    steps = [o for e in kit.record.results.get("speed", []) if e["shape"] == entry["shape"]
             for o in e["ours"] if (o["kind"], o["case"]) == (entry["kind"], entry["case"]) and "seconds_median" in o]
    if not steps or "busy_seconds" not in entry:
        return {}
    seconds = steps[0]["seconds_median"]
    # ncu runs each kernel alone: where the card overlaps the end of one with the start of the next, the sum is more.
    return {"step_seconds": seconds, "idle_share": max(0.0, 1 - entry["busy_seconds"] / seconds)}
