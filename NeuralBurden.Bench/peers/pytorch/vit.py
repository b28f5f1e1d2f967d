"""The benchmark model in PyTorch: a pre-norm ViT like timm's, with an optional merge of tokens (arXiv 2210.09461)."""

import torch
from torch import nn
from torch.nn import functional

CHANNELS, RATIO, CLASSES = 3, 4, 10


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


def attend(q, k, v, bias):
    """softmax(q k^T / sqrt(D) + bias) v, fused where this PyTorch has it; q, k, v [B, H, T, D], bias [B, 1, 1, T]."""
    if hasattr(functional, "scaled_dot_product_attention"):
        if bias is not None:
            bias = bias.expand(-1, -1, q.shape[2], -1)
        return functional.scaled_dot_product_attention(q, k, v, bias)
    scores = torch.matmul(q, k.transpose(2, 3)) * q.shape[3] ** -0.5
    if bias is not None:
        scores = scores + bias
    return torch.matmul(scores.softmax(dim=3), v)


class Block(nn.Module):
    def __init__(self, dim, heads, removed):
        super().__init__()
        self.heads, self.removed = heads, removed
        self.norm1, self.norm2 = nn.LayerNorm(dim, eps=1e-6), nn.LayerNorm(dim, eps=1e-6)
        self.qkv, self.proj = nn.Linear(dim, 3 * dim), nn.Linear(dim, dim)
        self.fc1, self.fc2 = nn.Linear(dim, RATIO * dim), nn.Linear(RATIO * dim, dim)

    def forward(self, x, size):
        batch, tokens, dim = x.shape
        qkv = self.qkv(self.norm1(x)).view(batch, tokens, 3, self.heads, dim // self.heads)
        q, k, v = qkv.permute(2, 0, 3, 1, 4)
        bias = None if size is None else size.log().view(batch, 1, 1, tokens)
        x = x + self.proj(attend(q, k, v, bias).transpose(1, 2).reshape(batch, tokens, dim))
        x = x + self.fc2(functional.gelu(self.fc1(self.norm2(x))))
        if self.removed:
            if size is None:
                size = x.new_ones(batch, tokens, 1)
            merge = match(k.mean(dim=1), self.removed)
            weighted, size = merge(x * size), merge(size)
            x = weighted / size
        return x, size


class VisionTransformer(nn.Module):
    """Images [B, 3, image, image] to logits [B, 10]; with `merges`, half of the patches are merged after block 1."""

    def __init__(self, dim, depth=4, heads=4, image=32, patch=4, merges=False):
        super().__init__()
        patches = (image // patch) ** 2
        tokens, removed = patches + 1, patches // 2 if merges else 0
        self.embed = nn.Conv2d(CHANNELS, dim, patch, patch)
        self.class_token = nn.Parameter(torch.zeros(1, 1, dim))
        self.positions = nn.Parameter(0.02 * torch.randn(1, tokens, dim))
        self.blocks = nn.ModuleList(Block(dim, heads, removed if i == 0 else 0) for i in range(depth))
        self.norm, self.head = nn.LayerNorm(dim, eps=1e-6), nn.Linear(dim, CLASSES)

    def forward(self, images):
        x = self.embed(images).flatten(2).transpose(1, 2)
        x = torch.cat((self.class_token.expand(x.shape[0], -1, -1), x), dim=1) + self.positions
        size = None
        for block in self.blocks:
            x, size = block(x, size)
        return self.head(self.norm(x[:, 0]))


def block_masks(model, sparsity=0.9):
    """The matrices of the blocks, and for each a fixed mask that keeps its largest weights."""
    weights = [p for n, p in model.named_parameters() if p.dim() == 2 and "blocks" in n]
    masks = []
    for weight in weights:
        threshold = weight.detach().abs().flatten().kthvalue(int(sparsity * weight.numel())).values
        masks.append((weight.detach().abs() > threshold).float())
    return weights, masks
