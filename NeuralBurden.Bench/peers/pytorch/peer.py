"""The PyTorch side of `run`: one training step or inference pass of the benchmark model, timed.

The ViT of vit.py on noise: images 32 x 32 x 3, patch 4, class token, 4 blocks, 4 heads, MLP ratio 4, AdamW. Modes:
  train        forward, cross-entropy, backward, AdamW
  train_mask   the same, then every matrix of the blocks is multiplied by a fixed mask with 90 % zeros
  train_tome   train with one bipartite soft matching (arXiv 2210.09461) that removes 32 tokens after block 1
  infer, infer_tome   the forward pass without gradients
After warm-up the program says "ready", takes one sample of each mode for every line on standard input, says "done", and
prints its figures as JSON when the input ends: the protocol of `nb bench step --in-turns --json`. Threads are set by the
environment (OMP_NUM_THREADS, OPENBLAS_NUM_THREADS) and --threads, one process for each number.
"""

import argparse
import json
import statistics
import sys
import time

import torch
from torch.nn import functional

from vit import CHANNELS, CLASSES, VisionTransformer, block_masks

MODES = ("train", "train_mask", "train_tome", "infer", "infer_tome")


class Mode:
    """One mode with a model of its own; calling it does the work once."""

    def __init__(self, name, options, images, labels):
        self.name, self.images, self.labels = name, images, labels
        self.model = VisionTransformer(
            options.dims, options.depth, options.heads, options.image, options.patch, merges=name.endswith("tome"))
        self.optimizer = torch.optim.AdamW(self.model.parameters(), lr=1e-3, weight_decay=0.05)
        self.masked = list(zip(*block_masks(self.model))) if name == "train_mask" else []

    def __call__(self):
        if self.name.startswith("infer"):
            self.model.eval()
            with torch.no_grad():
                self.model(self.images)
            return
        self.optimizer.zero_grad(set_to_none=True)
        functional.cross_entropy(self.model(self.images), self.labels).backward()
        self.optimizer.step()
        with torch.no_grad():
            for weight, mask in self.masked:
                weight.mul_(mask)


def main():
    parser = argparse.ArgumentParser()
    for name, value in (
            ("threads", 1), ("dims", 128), ("batch", 128), ("warm-up", 2), ("depth", 4), ("heads", 4), ("image", 32),
            ("patch", 4)):
        parser.add_argument("--" + name, type=int, default=value)
    parser.add_argument("--modes", default=",".join(MODES))
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    torch.manual_seed(0)
    images = torch.randn(options.batch, CHANNELS, options.image, options.image)
    labels = torch.randint(0, CLASSES, (options.batch,))
    modes = [Mode(name, options, images, labels) for name in options.modes.split(",")]
    for _ in range(options.warm_up):
        for mode in modes:
            mode()
    print("ready", flush=True)
    # Autograd runs backward on the calling thread on the CPU, but OpenMP may not: the process's time counts all.
    clock, name = (time.process_time, "process-cpu") if options.threads == 1 else (time.perf_counter, "wall")
    samples = {mode.name: [] for mode in modes}
    for _ in sys.stdin:
        for mode in modes:
            start = clock()
            mode()
            samples[mode.name].append(clock() - start)
        print("done", flush=True)
    print(json.dumps([figures(mode, seconds, options.batch, name) for mode, seconds in samples.items()]))


def figures(mode, seconds, batch, clock):
    lower, median, upper = statistics.quantiles(seconds, n=4)
    return {
        "case": mode, "library": f"PyTorch {torch.__version__}", "clock": clock, "rounds": len(seconds),
        "images_per_second": batch / median, "images_per_second_best": batch / min(seconds),
        "seconds_median": median, "seconds_lower_quartile": lower, "seconds_upper_quartile": upper}


main()
