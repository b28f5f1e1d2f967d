"""The PyTorch side of the step `speed`: the ViT of vit.py on noise, each mode with each engine, timed on demand.

Modes: train (forward, cross-entropy, backward, AdamW), train_mask (then the matrices of the blocks are multiplied by a
fixed mask with 90 % zeros), train_mask_tome (also with one merge of half of the tokens), infer, infer_tome.
Engines: eager; graph, a CUDA graph of the whole step; compile, torch.compile, for train and infer alone.
All in float32. Eager train and infer are also timed with TF32, under that name.
The images lie on the device already. Says `ready`, takes a round for each line on standard input, says `done`; a mode
that fails says so and is left out.
"""

import argparse
import json
import sys
import time

import torch
from torch.nn import functional

from vit import CHANNELS, CLASSES, VisionTransformer, block_masks

MODES = ("train", "train_mask", "train_mask_tome", "infer", "infer_tome")
PLAIN = ("train", "infer")
# The first calls compile kernels and fill caches; the processor has little of that.
WARM_UP = {"cuda": 3, "cpu": 1}


def say(**what):
    print(json.dumps(what), flush=True)


def synchronize(device):
    if device == "cuda":
        torch.cuda.synchronize()


def allow_tf32(allowed):
    torch.set_float32_matmul_precision("high" if allowed else "highest")
    torch.backends.cudnn.allow_tf32 = allowed


class Mode:
    """One mode with an engine and a model of its own; calling it does the work once."""

    def __init__(self, name, engine, tf32, options, images, labels):
        self.name, self.engine, self.tf32 = name, engine, tf32
        self.images, self.labels = images, labels
        self.device, self.trains = options.device, name.startswith("train")
        self.model = VisionTransformer(
            options.dim, options.depth, options.heads, options.image, options.patch, name.endswith("tome")).to(options.device)
        self.forward, self.graph, self.masked = self.model, None, ()
        if not self.trains:
            self.model.eval()
        if "mask" in name:
            self.masked = block_masks(self.model)
        self.optimizer = self.new_optimizer() if self.trains else None
        allow_tf32(tf32)
        if engine == "compile":
            if not hasattr(torch, "compile"):
                raise RuntimeError("this PyTorch has no torch.compile")
            self.forward = torch.compile(self.model)
        if engine == "graph":
            self.capture()

    def new_optimizer(self):
        options = dict(lr=1e-3, weight_decay=0.05)
        if self.device == "cuda":
            options["fused"] = True
            options["capturable"] = self.engine == "graph"
        return torch.optim.AdamW(self.model.parameters(), **options)

    def capture(self):
        if self.device != "cuda":
            raise RuntimeError("CUDA graphs need CUDA")
        stream = torch.cuda.Stream()
        stream.wait_stream(torch.cuda.current_stream())
        with torch.cuda.stream(stream):
            for _ in range(WARM_UP[self.device]):
                self.work()
        torch.cuda.current_stream().wait_stream(stream)
        if self.trains:
            self.optimizer.zero_grad(set_to_none=True)
        graph = torch.cuda.CUDAGraph()
        with torch.cuda.graph(graph):
            self.work()
        self.graph = graph

    def work(self):
        if not self.trains:
            with torch.no_grad():
                self.forward(self.images)
            return
        self.optimizer.zero_grad(set_to_none=True)
        functional.cross_entropy(self.forward(self.images), self.labels).backward()
        self.optimizer.step()
        if self.masked:
            with torch.no_grad():
                torch._foreach_mul_(*self.masked)

    def __call__(self):
        allow_tf32(self.tf32)
        if self.graph is not None:
            self.graph.replay()
        else:
            self.work()

    @property
    def names(self):
        return {"mode": self.name, "engine": self.engine, "tf32": self.tf32}


def build(options, images, labels):
    wanted = [(name, engine, False) for engine in options.engines.split(",") for name in MODES
              if engine != "compile" or name in PLAIN]
    if options.device == "cuda" and "eager" in options.engines:
        wanted += [(name, "eager", True) for name in PLAIN]
    modes = []
    for name, engine, tf32 in wanted:
        try:
            mode = Mode(name, engine, tf32, options, images, labels)
            for _ in range(WARM_UP[options.device]):
                mode()
            synchronize(options.device)
            modes.append(mode)
        except Exception as error:
            fail(name, engine, tf32, error)
    return modes


def fail(name, engine, tf32, error):
    text = f"{type(error).__name__}: {error}".splitlines()[0][:300]
    say(mode=name, engine=engine, tf32=tf32, failed=text)


def main():
    parser = argparse.ArgumentParser()
    for name in ("dim", "depth", "heads", "image", "patch", "batch"):
        parser.add_argument(f"--{name}", type=int, required=True)
    parser.add_argument("--device", default="cuda")
    parser.add_argument("--engines", default="eager,graph")
    options = parser.parse_args()
    torch.manual_seed(0)
    images = torch.randn(options.batch, CHANNELS, options.image, options.image, device=options.device)
    labels = torch.randint(0, CLASSES, (options.batch,), device=options.device)
    say(torch=torch.__version__, cuda=torch.version.cuda,
        device=torch.cuda.get_device_name() if options.device == "cuda" else "cpu", threads=torch.get_num_threads())
    modes = build(options, images, labels)
    if not modes:
        sys.exit("no mode works here")
    print("ready", flush=True)
    for _ in sys.stdin:
        for mode in list(modes):
            try:
                synchronize(options.device)
                start = time.perf_counter()
                mode()
                synchronize(options.device)
                say(**mode.names, seconds=time.perf_counter() - start)
            except Exception as error:
                fail(mode.name, mode.engine, mode.tf32, error)
                modes.remove(mode)
        print("done", flush=True)


main()
