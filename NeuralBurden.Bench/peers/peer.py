"""The PyTorch side of `run`: one training step or inference pass of the benchmark model, timed.

The ViT of vit.py on noise: images 32 x 32 x 3, patch 4, class token, 4 blocks, 4 heads, MLP ratio 4, AdamW. Modes:
  train        forward, cross-entropy, backward, AdamW
  train_mask   the same, then every matrix of the blocks is multiplied by a fixed mask with 90 % zeros
  train_tome   train with one bipartite soft matching (arXiv 2210.09461) that removes 32 tokens after block 1
  infer, infer_tome   the forward pass without gradients
After warm-up the program waits for a line on standard input, then takes one sample of each mode and prints one
JSON object per line; `run` thus alternates it with this project's program. Threads are set by the environment
(OMP_NUM_THREADS, OPENBLAS_NUM_THREADS) and --threads, one process for each number.
"""

import argparse
import json
import sys
import time

import torch
from torch.nn import functional

from vit import CHANNELS, CLASSES, VisionTransformer, block_masks

IMAGE = 32
MODES = ("train", "train_mask", "train_tome", "infer", "infer_tome")


class Mode:
    """One mode with a model of its own; calling it does the work once."""

    def __init__(self, name, dim, images, labels):
        self.name, self.images, self.labels = name, images, labels
        self.model = VisionTransformer(dim, image=IMAGE, merges=name.endswith("tome"))
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
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--dim", type=int, default=128)
    parser.add_argument("--batch", type=int, default=128)
    parser.add_argument("--warm-up", type=int, default=2)
    parser.add_argument("--modes", default=",".join(MODES))
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    torch.manual_seed(0)
    images = torch.randn(options.batch, CHANNELS, IMAGE, IMAGE)
    labels = torch.randint(0, CLASSES, (options.batch,))
    modes = [Mode(name, options.dim, images, labels) for name in options.modes.split(",")]
    for _ in range(options.warm_up):
        for mode in modes:
            mode()
    print(json.dumps({"ready": True, "torch": torch.__version__, "threads": torch.get_num_threads()}), flush=True)
    # Autograd runs backward on the calling thread on the CPU, but OpenMP may not: the process's time counts all.
    clock, name = (time.process_time, "process-cpu") if options.threads == 1 else (time.perf_counter, "wall")
    for _ in sys.stdin:
        for mode in modes:
            start = clock()
            mode()
            seconds = clock() - start
            print(json.dumps({
                "mode": mode.name, "dim": options.dim, "threads": options.threads, "batch": options.batch,
                "clock": name, "seconds": seconds, "images_per_second": options.batch / seconds}), flush=True)
        print(json.dumps({"round": "done"}), flush=True)


main()
