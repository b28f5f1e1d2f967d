"""Prints the tables of docs/devices.md from the kit's results: tables.py docs/devices/kit/*.json."""

import json
import pathlib
import sys

import page


def of(path):
    content = json.loads(path.read_text())
    results = content["results"]
    yield f"### {path.stem}: {name_of(results)}"
    yield ""
    yield ", ".join(facts(content, results)) + "."
    yield ""
    for part in (page.speed, page.gemm, page.tensor, page.masked):
        yield from part(results)
        yield ""


def name_of(results):
    return card_of(results).get("name", "a card without a name")


def card_of(results):
    cards = [results.get("machine", {}).get("card"), *(e.get("card") for e in results.get("speed", []))]
    return next(filter(None, cards), {})


def facts(content, results):
    yield content["started"][:10]
    yield f"commit {content['kit']['commit']}"
    if card_of(results):
        yield f"driver {card_of(results)['driver_version']}"
    yield from (f"PyTorch {e['torch']['torch']}" for e in results.get("speed", [])[:1] if e.get("torch"))
    if "check" in results:
        passed = sum(step["passed"] for step in results["check"]["steps"])
        yield f"`nb check`: {passed} of {len(results['check']['steps'])} checks passed"
    for update in results.get("training", {}).get("updates", []):
        step = int(update["checkpoint"].split("-")[1])
        yield f"masks after step {step} as on `cpu`: {100 * update['equal_mask_bits']:.3f} % of the bits"
    accuracy = results.get("training", {}).get("accuracy", {})
    if accuracy:
        yield f"MNIST {100 * accuracy['device']:.2f} %, on `cpu` {100 * accuracy['cpu']:.2f} %"
    for tool, one in results.get("sanitize", {}).items():
        yield f"`compute-sanitizer` {tool}: {one.get('summary') or 'no summary'}"


def main():
    # One blank line between blocks, whatever the parts end with.
    lines = []
    for path in sorted(map(pathlib.Path, sys.argv[1:])):
        for line in of(path):
            if line or (lines and lines[-1]):
                lines.append(line)
    print("\n".join(lines).rstrip())


main()
