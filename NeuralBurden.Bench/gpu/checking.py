"""Step `check`: `nb check`, read line by line, so that a cut loses nothing."""

import re

from kit import Failed

LINE = re.compile(r"^  (ok    |FAILED) (.+?) {2,}(.*) \(([0-9.]+) s\)$")
# A device that is emulated takes minutes for what others do in seconds.
CASES, CASES_EMULATED = 40, 1


def check(kit):
    cases = CASES_EMULATED if kit.is_emulated else CASES
    result = kit.nb(["check", "--device", kit.device, "--cases", str(cases)], 90)
    lines = [match.groups() for match in map(LINE.match, result.out.splitlines()) if match]
    failed = [name for outcome, name, _, _ in lines if outcome == "FAILED"]
    kit.record.results["check"] = {
        "passed": result.code == 0, "head": result.out.splitlines()[:3], "cases": cases, "seconds": round(result.seconds, 1),
        "steps": [
            {"name": name, "passed": outcome != "FAILED", "detail": detail, "seconds": float(seconds)}
            for outcome, name, detail, seconds in lines]}
    kit.record.save()
    if failed:
        kit.record.alarm(f"nb check: {', '.join(failed)} FAILED on {kit.device}")
    if result.code != 0:
        raise Failed(result.reason or "a check failed")
    return f"{len(lines)} checks passed"
