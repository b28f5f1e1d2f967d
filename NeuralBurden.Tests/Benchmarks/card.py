#!/usr/bin/env python3
"""A machine with a card, for tests of the GPU kit: nb, nvidia-smi, ncu or compute-sanitizer, by the name it is called.

Prints what these print, with figures chosen by hand. WRONG names what goes wrong: masks (those of the device differ),
op (one op fails its check), rounding (products in bfloat16 are wrong), hang (training steps never get ready), tools (NVIDIA's tools say something else than expected).
"""

import json
import os
import pathlib
import struct
import subprocess
import sys
import time

TOOL, ARGUMENTS = pathlib.Path(sys.argv[0]).name, sys.argv[1:]
WRONG = os.environ.get("WRONG", "")
KERNELS = ["Each<LoadPixels>", "GemmTile<Tile16>", "cuBLAS 13.0, float32: NT 8320 x 384 x 128", "GemmTile<Tile16>", "Normalize"]
UNITS = {"ID": "", "gpu__time_duration.sum": "us", "dram__bytes.sum": "Kbyte"}


def value(name):
    return ARGUMENTS[ARGUMENTS.index(name) + 1]


def program():
    """What a tool runs: from the program's path on."""
    return ARGUMENTS[next(i for i, a in enumerate(ARGUMENTS) if pathlib.Path(a).name == "nb"):]


def train():
    run = pathlib.Path(value("--out")) / "kit-00000000"
    (run / "checkpoints").mkdir(parents=True)
    (run / "result.json").write_text(json.dumps({"test_accuracy": 0.953 if "device" in value("--out") else 0.95}))
    # As nb leaves them: the last step is the run's model, and states lie beside.
    for name in ("checkpoints/step-00000008", "model"):
        bits = bytes(range(250)) + bytes(2000)
        if WRONG == "masks" and "device" in value("--out"):
            bits = bytes(250) + bits[250:]
        header = json.dumps({"mask.blocks.0.mlp.fc1.weight": {
            "dtype": "U8", "shape": [len(bits)], "data_offsets": [4, 4 + len(bits)]}}).encode()
        data = struct.pack("<Q", len(header)) + header + bytes(4) + bits
        (run / f"{name}.safetensors").write_bytes(data)
        (run / f"{name}.state.safetensors").write_bytes(b"")


def bench(kind):
    if WRONG == "hang" and kind == "step":
        time.sleep(600)
    if "--in-turns" in ARGUMENTS:
        print("ready", flush=True)
        for _ in sys.stdin:
            print("done", flush=True)
    entries = []
    for case in value("--cases").split(","):
        entry = {"case": case, "kind": kind, "check": "passed", "seconds_median": 1e-4, "images_per_second": 1e6}
        entry["launches_per_step" if kind == "step" else "launches_per_pass"] = len(KERNELS)
        if "--kernels" in ARGUMENTS:
            entry["kernels"] = KERNELS
        entries.append(entry)
    print(json.dumps(entries, indent=2))


def gemm(precision):
    has_library = precision != "bf16"
    passes = not (WRONG == "rounding" and precision == "bf16" and value("--square") == "131")
    print(json.dumps([{
        "name": "4096^3", "shape": "NN 4096 x 4096 x 4096 None", "dim": 0, "precision": precision,
        "library": ("cuBLAS 13.0, " + ("TF32" if precision == "tf32" else "float32")) if has_library else None,
        "check": "passed" if passes else "own kernel, NN: 4100 of 4100 elements differ", "gflops": 30000.0,
        "library_gflops": 50000.0 if has_library else None, "ratio": 0.6 if has_library else None}]))
    sys.exit(0 if passes else 1)


def nb():
    command = ARGUMENTS[0]
    if command == "--version":
        print("0.0.0+test")
    elif command == "devices":
        print(json.dumps([{"id": "cuda:0", "name": "H100", "usable": True, "reason": "", "capabilities": ["132 multiprocessors"]}]))
    elif command == "check":
        outcome = "FAILED" if WRONG == "op" else "ok    "
        print("nb check: cuda:0, H100\n  132 multiprocessors\n  nb\n  ok     op Gemm" + 18 * " " + "80 cases agree (1.6 s)")
        print(f"  {outcome} op Gelu" + 18 * " " + "41 cases (0.1 s)")
        sys.exit(1 if WRONG == "op" else 0)
    elif command == "train":
        train()
    elif ARGUMENTS[1] == "gemm":
        gemm(value("--precision") if "--precision" in ARGUMENTS else "fp32")
    elif ARGUMENTS[1] == "masked":
        print(json.dumps([{"name": "fc1 NT", "pattern": "1 of 8", "form": "Entries", "shape": "NT m 8320 n 512 k 128 None", "dim": 128,
                           "library": "cuBLAS 13.0, float32", "check": "passed", "density": 0.125, "seconds_median": 1e-5,
                           "dense_seconds_median": 4e-5, "library_seconds_median": 3e-5, "gain": 3.0}]))
    else:
        bench(ARGUMENTS[1])


def ncu():
    code = subprocess.call(program())
    names = ["Kernel_Run", "Kernel_Run", "sm90_sgemm", "Kernel_Run", "Kernel_Run"]
    microseconds = ["1.5", "20", "10", "30", "1,000"]
    columns = ["ID", "Kernel Name", "gpu__time_duration.sum", "sm__sass_thread_inst_executed_op_ffma_pred_on.sum",
               "dram__bytes.sum", "launch__registers_per_thread"]
    lines = ["==PROF== Connected to process 1", ",".join(f'"{c}"' for c in columns), ",".join(f'"{UNITS.get(c, "")}"' for c in columns)]
    for i, (name, time_taken) in enumerate(zip(names, microseconds)):
        lines.append(",".join(f'"{v}"' for v in (i, f"{name}(a, b)", time_taken, "3,000,000", "6,000", "122")))
    if WRONG == "tools":
        lines = ["==ERROR== ERR_NVGPUCTRPERM - The user does not have permission to access NVIDIA GPU Performance Counters"]
    pathlib.Path(value("--log-file")).write_text("\n".join(lines) + "\n")
    sys.exit(code)


def main():
    if TOOL == "nb":
        nb()
    elif ARGUMENTS == ["--version"]:
        print(f"{TOOL} of a test\nversion 13.0")
    elif TOOL == "ncu":
        ncu()
    elif TOOL == "compute-sanitizer":
        subprocess.call(program())
        kind = "ERROR SUMMARY: 0 errors" if value("--tool") != "racecheck" else \
            "RACECHECK SUMMARY: 0 hazards displayed (0 errors, 0 warnings)"
        print("========= Error: no device" if WRONG == "tools" else f"========= {kind}")
    elif WRONG == "tools":
        print("Failed to initialize NVML: Driver/library version mismatch")
        sys.exit(18)
    else:
        print("NVIDIA H100 80GB HBM3, 580.65.06, 81559 MiB, 4 MiB, P0, 1980 MHz, 1980 MHz, 2619 MHz, 70.1 W, 700.00 W, 30, Disabled, Enabled")


main()
