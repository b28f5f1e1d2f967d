"""Step `sanitize`: NVIDIA's compute-sanitizer over the small cases of the ops.

memcheck sees accesses out of bounds, racecheck threads that meet in shared memory, synccheck barriers that not all reach.
"""

import re
import shutil

from kit import Failed, Skipped

SUMMARY = re.compile(r"(ERROR SUMMARY|RACECHECK SUMMARY): (.*)")
TOOLS = ("memcheck", "racecheck", "synccheck")


def check(kit):
    if not kit.is_nvidia:
        raise Skipped(f"compute-sanitizer is for NVIDIA's cards, not for {kit.device}")
    if shutil.which("compute-sanitizer") is None:
        raise Skipped("compute-sanitizer is not installed")
    found = kit.record.results["sanitize"] = {}
    for tool in TOOLS:
        # What the driver answers to a question is no error of a kernel; ILGPU asks a few that not every card knows.
        prefix = ["compute-sanitizer", "--tool", tool]
        if tool == "memcheck":
            prefix += ["--report-api-errors", "no"]
        try:
            result = kit.nb(["check", "--device", kit.device, "--small", "--cases", "1"], 60, prefix)
        except Skipped as skipped:
            found[tool] = {"skipped": str(skipped)}
            continue
        said = [match.group(2).strip() for match in map(SUMMARY.search, (result.out + result.err).splitlines()) if match]
        found[tool] = {
            "summary": said[-1] if said else None, "cut": result.cut, "seconds": round(result.seconds, 1),
            "checks": result.out.count("  ok    "), "failed_checks": result.out.count("  FAILED ")}
        kit.record.save()
        if said and not said[-1].startswith("0 "):
            kit.record.alarm(f"compute-sanitizer {tool}: {said[-1]}")
    if not any(entry.get("summary") for entry in found.values()):
        raise Failed(f"compute-sanitizer gave no summary: {found}")
