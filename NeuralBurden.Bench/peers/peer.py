"""The PyTorch side of `run`: one training step or inference pass of the benchmark model, timed.

A pre-norm ViT like timm's on noise: images 32 x 32 x 3, patch 4, class token, 4 blocks, 4 heads, MLP ratio 4,
AdamW. Modes:
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
from torch import nn
from torch.nn import functional

IMAGE, CHANNELS, PATCH, DEPTH, HEADS, RATIO, CLASSES, MERGED = 32, 3, 4, 4, 4, 4, 10, 32
MODES = ("train", "train_mask", "train_tome", "infer", "infer_tome")


def match(keys, removed):
    """A function that merges tokens [B, T, C] by summation, from keys [B, T, D]; the class token stays."""
    with torch.no_grad():
        unit = functional.normalize(keys, dim=-1)
        even, odd = unit[:, 0::2], unit[:, 1::2]
        similarity = torch.bmm(even, odd.transpose(1, 2))
        similarity[:, 0] = -float("inf")
        best, partner = similarity.max(dim=2)
        order = best.argsort(dim=1, descending=True)
        gone, stays = order[:, :removed], order[:, removed:].sort(dim=1).values
        target = partner.gather(1, gone)

    def merge(x):
        channels = x.shape[2]
        a, b = x[:, 0::2], x[:, 1::2]
        moved = a.gather(1, gone.unsqueeze(2).expand(-1, -1, channels))
        b = b.scatter_add(1, target.unsqueeze(2).expand(-1, -1, channels), moved)
        return torch.cat((a.gather(1, stays.unsqueeze(2).expand(-1, -1, channels)), b), dim=1)

    return merge


class Block(nn.Module):
    def __init__(self, dim, removed):
        super().__init__()
        self.removed = removed
        self.norm1, self.norm2 = nn.LayerNorm(dim, eps=1e-6), nn.LayerNorm(dim, eps=1e-6)
        self.qkv, self.proj = nn.Linear(dim, 3 * dim), nn.Linear(dim, dim)
        self.fc1, self.fc2 = nn.Linear(dim, RATIO * dim), nn.Linear(RATIO * dim, dim)

    def forward(self, x, size):
        batch, tokens, dim = x.shape
        qkv = self.qkv(self.norm1(x)).view(batch, tokens, 3, HEADS, dim // HEADS)
        q, k, v = qkv.permute(2, 0, 3, 1, 4)
        scores = torch.matmul(q, k.transpose(2, 3)) * (dim // HEADS) ** -0.5
        if size is not None:
            scores = scores + size.log().view(batch, 1, 1, tokens)
        attended = torch.matmul(scores.softmax(dim=3), v).transpose(1, 2).reshape(batch, tokens, dim)
        x = x + self.proj(attended)
        x = x + self.fc2(functional.gelu(self.fc1(self.norm2(x))))
        if self.removed:
            if size is None:
                size = x.new_ones(batch, tokens, 1)
            merge = match(k.mean(dim=1), self.removed)
            weighted, size = merge(x * size), merge(size)
            x = weighted / size
        return x, size


class VisionTransformer(nn.Module):
    def __init__(self, dim, removed):
        super().__init__()
        tokens = (IMAGE // PATCH) ** 2 + 1
        self.embed = nn.Conv2d(CHANNELS, dim, PATCH, PATCH)
        self.class_token = nn.Parameter(torch.zeros(1, 1, dim))
        self.positions = nn.Parameter(0.02 * torch.randn(1, tokens, dim))
        self.blocks = nn.ModuleList(Block(dim, removed if i == 0 else 0) for i in range(DEPTH))
        self.norm, self.head = nn.LayerNorm(dim, eps=1e-6), nn.Linear(dim, CLASSES)

    def forward(self, images):
        x = self.embed(images).flatten(2).transpose(1, 2)
        x = torch.cat((self.class_token.expand(x.shape[0], -1, -1), x), dim=1) + self.positions
        size = None
        for block in self.blocks:
            x, size = block(x, size)
        return self.head(self.norm(x[:, 0]))


class Mode:
    """One mode with a model of its own; calling it does the work once."""

    def __init__(self, name, dim, images, labels):
        self.name, self.images, self.labels = name, images, labels
        self.model = VisionTransformer(dim, MERGED if name.endswith("tome") else 0)
        self.optimizer = torch.optim.AdamW(self.model.parameters(), lr=1e-3, weight_decay=0.05)
        self.masked = []
        if name == "train_mask":
            for weight in (p for n, p in self.model.named_parameters() if p.dim() == 2 and "blocks" in n):
                threshold = weight.detach().abs().flatten().kthvalue(int(0.9 * weight.numel())).values
                self.masked.append((weight, (weight.detach().abs() > threshold).float()))

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
