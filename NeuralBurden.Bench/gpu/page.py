"""gpu.md: what gpu.json says, for reading."""

# Our case beside the mode of PyTorch that does the same work; PyTorch multiplies masked matrices by dense kernels.
def same(kind, case):
    mode = "infer" if kind == "infer" else "train" if case.startswith("dense") else "train_mask"
    return mode + ("_tome" if case.endswith("+merge") else "")


def of(content):
    lines = [f"# {content['device']}, {content['started'][:10]}", ""]
    lines += [f"- {text}" for text in head(content)]
    lines += [f"- **ALARM: {text}**" for text in content["alarms"]]
    lines += ["", *table(("step", "", "s", ""), [
        (s["name"], s["status"], s["seconds"], s["reason"]) for s in content["steps"]])]
    results = content["results"]
    for title, part in (("Check", check), ("Training", training), ("Speed", speed), ("Matrix products", gemm),
                        ("Matrix products by tensor cores", tensor), ("Products of masked matrices", masked),
                        ("Kernels", kernels), ("compute-sanitizer", sanitize)):
        text = part(results)
        if text:
            lines += ["", f"## {title}", "", *text]
    return "\n".join(lines) + "\n"


def head(content):
    machine = content["results"].get("machine", {})
    yield f"program: {content.get('program', 'did not start')}, commit {content['kit']['commit']}"
    for key in ("card", "processor", "cores", "system", "torch", "cublas_folder"):
        if machine.get(key):
            value = machine[key]
            yield f"{key}: " + (", ".join(f"{k} {v}" for k, v in value.items()) if isinstance(value, dict) else str(value))
    for device in content["results"].get("devices", []):
        said = ", ".join(device["capabilities"]) if device["usable"] else f"not usable: {device['reason']}"
        yield f"`{device['id']}` {device['name']}: {said}"


def table(columns, rows):
    yield "| " + " | ".join(columns) + " |"
    yield "|" + " --- |" * len(columns)
    for row in rows:
        yield "| " + " | ".join(show(value).replace("|", "/").replace("\n", " ") for value in row) + " |"


def show(value):
    if value is None:
        return "-"
    if isinstance(value, float):
        return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.3g}"
    return str(value)


def check(results):
    found = results.get("check")
    if not found:
        return []
    return [*table(("check", "", "", "s"), [
        (s["name"], "ok" if s["passed"] else "**FAILED**", s["detail"], s["seconds"]) for s in found["steps"]])]


def training(results):
    found = results.get("training")
    if not found:
        return []
    rows = [(u["checkpoint"], u["mask_bits"], f"{100 * u['equal_mask_bits']:.4f} %") for u in found.get("updates", [])]
    text = [*table(("masks after", "bits", "equal on device and cpu"), rows)]
    accuracy = found.get("accuracy", {})
    return text + [f"\ntest accuracy: {', '.join(f'{k} {100 * v:.2f} %' for k, v in accuracy.items())}"] if accuracy else text


def speed(results):
    lines = []
    for entry in results.get("speed", []):
        peers = {(p["mode"], p["engine"], p["tf32"]): p.get("images_per_second") for p in entry["pytorch"]}
        rows = []
        for one in entry["ours"]:
            mode = same(one["kind"], one["case"])
            mine = one.get("images_per_second")
            eager = peers.get((mode, "eager", False))
            launches = one.get("launches_per_step" if one["kind"] == "step" else "launches_per_pass")
            rows.append((
                one["kind"], one["case"], mine, launches, eager, peers.get((mode, "graph", False)),
                peers.get((mode, "compile", False)) if one["case"] == "dense" else None,
                peers.get((mode, "eager", True)) if one["case"] == "dense" else None,
                mine / eager if mine and eager else None))
        lines += [
            f"{entry['shape']}: {entry['depth']} blocks, width {entry['dim']}, {entry['heads']} heads, {entry['image']} px in "
            f"patches of {entry['patch']}, batch {entry['batch']}; images/s at medians, float32 but for TF32", "",
            *table(("", "case", "ours", "launches", "eager", "CUDA graph", "compile", "eager, TF32", "ours / eager"), rows), ""]
        lines += [f"- {name}: {problem}" for name, problem in entry["problems"].items()]
        lines += [f"- PyTorch {p['mode']}, {p['engine']}{', TF32' if p['tf32'] else ''}: {p['failed']}"
                  for p in entry["pytorch"] if "failed" in p]
        lines.append("")
    return lines


def gemm(results):
    found = results.get("gemm")
    if not found:
        return []
    return [f"library: {found[0]['library'] or 'none'}; GFLOP/s at medians", "", *table(
        ("model", "product", "shape", "ours", "library", "ours / library"),
        [(g["model"], g["name"], g["shape"].replace(" None", ""), g.get("gflops"), g.get("library_gflops"), g.get("ratio")) for g in found])]


def tensor(results):
    found = results.get("tensor")
    if not found:
        return []
    libraries = sorted({g["library"] for g in found if g["library"]})
    return [f"library: {', '.join(libraries) or 'none'}; GFLOP/s at medians; all checked against sums of rounded factors", "", *table(
        ("model", "product", "shape", "check", "ours", "library", "ours / library"),
        [(g["model"], g["name"], g["shape"].replace(" None", ""), "ok" if g["check"] == "passed" else "**FAILED**",
          g.get("gflops"), g.get("library_gflops"), g.get("ratio")) for g in found])]


def masked(results):
    found = results.get("masked")
    if not found:
        return []
    return [f"library: {found[0]['library'] or 'none'}; microseconds at medians; gain over the faster dense product", "", *table(
        ("model", "product", "shape", "mask", "read by", "kept", "skipping", "dense", "library", "gain"),
        [(g["model"], g["name"], g["shape"].replace(" None", ""), g["pattern"], g["form"].lower(), g["density"],
          *(1e6 * g[key] if g.get(key) else None for key in ("seconds_median", "dense_seconds_median", "library_seconds_median")),
          g.get("gain")) for g in found])]


def kernels(results):
    lines = []
    for entry in results.get("kernels", []):
        kind = entry.get("kind", "step")
        lines.append(f"{entry['shape']}, {entry['case']}, {kind}: {entry.get('launches', '-')} launches")
        if "idle_share" in entry:
            lines.append(
                f"{kind} {1e3 * entry['step_seconds']:.2f} ms, kernels {1e3 * entry['busy_seconds']:.2f} ms: "
                f"{100 * entry['idle_share']:.0f} % of it without a kernel, at least")
        lines += ["", *table(
            ("kernel", "launches", "us", "share", "GFLOP/s FMA", "GB/s", "occupancy %", "FMA pipe %", "registers", "groups"),
            [(k["kernel"], k["launches"], k["nanoseconds"] / 1e3, k["share"], k["gflops"], k["gigabytes_per_second"],
              k["occupancy_percent"], k["fma_pipe_percent"], k["registers"], k["groups"])
             for k in entry.get("longest_kernels", [])]), ""]
    return lines


def sanitize(results):
    found = results.get("sanitize")
    if not found:
        return []
    return [*table(("tool", "summary", "checks"), [
        (tool, one.get("summary") or one.get("skipped") or ("cut" if one.get("cut") else "no summary"), one.get("checks"))
        for tool, one in found.items()])]
