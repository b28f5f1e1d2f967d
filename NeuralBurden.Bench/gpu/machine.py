"""Step `machine`: what the card, its driver and its clocks are, which tools there are, what `nb devices` says."""

import os
import pathlib
import platform
import shutil
import sys

from kit import Failed, Skipped, cublas_folder

QUERY = (
    "name", "driver_version", "memory.total", "memory.used", "pstate", "clocks.sm", "clocks.max.sm", "clocks.mem",
    "power.draw", "power.limit", "temperature.gpu", "mig.mode.current", "ecc.mode.current")
TOOLS = (("nvidia-smi", "--version"), ("ncu", "--version"), ("compute-sanitizer", "--version"), ("nvcc", "--version"))
TORCH = (
    "import json, torch; print(json.dumps({'torch': torch.__version__, 'cuda': torch.version.cuda, "
    "'device': torch.cuda.get_device_name() if torch.cuda.is_available() else None}))")


def look(kit):
    found = kit.record.results["machine"] = {
        "processor": processor(), "cores": os.cpu_count(), "system": platform.platform(),
        "python": sys.version.split()[0], "cublas_folder": cublas_folder()}
    kit.record.save()
    devices = kit.nb_json(["devices"], 30)
    kit.record.results["devices"] = devices
    found["card"] = card(kit)
    found["tools"] = {tool[0]: version(kit, tool) for tool in TOOLS}
    torch = kit.command([sys.executable, "-c", TORCH], 45, for_python=True)
    found["torch"] = torch.out.strip().splitlines()[-1] if torch.code == 0 and torch.out.strip() else f"no: {torch.reason}"
    kit.record.save()
    device = next((d for d in devices if d["id"] == kit.device), None)
    if device is None or not device["usable"]:
        absent = next((d["reason"] for d in devices if d["id"] == kit.device.split(":")[0]), "there is no such device")
        reason = f"{kit.device}: {device['reason'] if device else absent}"
        kit.record.alarm(reason)
        raise Failed(reason)


def card(kit):
    """What nvidia-smi says of the first card now, as it says it; also its reason where it says nothing."""
    try:
        result = kit.command(["nvidia-smi", f"--query-gpu={','.join(QUERY)}", "--format=csv,noheader"], 10)
    except Skipped as skipped:
        return {"error": str(skipped)}
    lines = result.out.strip().splitlines()
    if result.code != 0 or not lines:
        return {"error": result.reason or result.out.strip() or "nvidia-smi says nothing"}
    values = [value.strip() for value in lines[0].split(",")]
    return dict(zip(QUERY, values)) if len(values) == len(QUERY) else {"raw": lines[0]}


def version(kit, tool):
    """The last line of what a tool says of its version; None where it is not here."""
    if shutil.which(tool[0]) is None:
        return None
    result = kit.command(tool, 10)
    lines = result.out.strip().splitlines()
    return lines[-1].strip() if lines else result.reason


def processor():
    try:
        for line in pathlib.Path("/proc/cpuinfo").read_text().splitlines():
            if line.startswith("model name"):
                return line.split(":", 1)[1].strip()
    except OSError:
        pass
    return platform.processor()
