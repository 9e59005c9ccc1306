"""A stand-alone PyTorch script that repeats a training: same numbers, without Stride."""

from collections.abc import Mapping
from typing import Any

from engine.network import Network, all_layers
from engine.network.blocks import RESIDUAL_CODE
from engine.training.config import Config
from engine.training.script import excerpt
from engine.training.script.data import data_lines

KINDS = {"CPU": "cpu", "Apple GPU": "mps"}


def script(config: Config, start: Mapping[str, Any] | None = None) -> str:
    """Return a Python script that needs torch, torchvision (for CIFAR-10), NumPy and Pillow, and repeats a training.

    start: the training's event "start", which says where it ran: device, precision, threads, versions, classes. On the
    CPU with the same torch and as many threads, its losses and weights are the training's, bit for bit. What the
    settings leave out (whitening, cosine …) is left out of the script too; augmentation, whose order of random numbers
    matters, is the very code of engine.pytorch.augment.
    """
    start = start or {}
    if start.get("classes"):
        config = config.for_classes(len(start["classes"]))
    parts = [
        _head(config, start), data_lines(config, start.get("data", "")), _network(config), _pictures(config),
        _rate(config), _test(config), _begin(config), _train(config), _end(config),
    ]  # fmt: skip
    return "\n\n\n".join(part.strip("\n") for part in parts if part) + "\n"


def _head(config: Config, start: Mapping[str, Any]) -> str:
    device = KINDS.get(start["device"], "cuda") if start.get("device") else config.device
    quick = (start.get("precision") or config.precision) == "bfloat16"
    chosen = f'"{device}"'
    if device == "auto":
        chosen = '"cuda" if torch.cuda.is_available() else "mps" if torch.backends.mps.is_available() else "cpu"'
    lines = [
        '"""Repeats a training that was made with Stride. On the CPU, with the same PyTorch and as many threads,',
        'losses and weights are the same, bit for bit; elsewhere they differ a little, and more from step to step."""',
        "",
        "import math" if config.schedule == "cosine" else "",
        "import os" if config.data.startswith("folder:") else "",
        "import sys",
        "from pathlib import Path",
        "",
        "import numpy as np",
        "import torch",
        "from PIL import Image, ImageOps" if config.data.startswith("folder:") else "",
        "from torch import nn",
        "from torch.nn.functional import cross_entropy",
        "from torchvision.datasets import CIFAR10" if config.data == "cifar10" else "",
        "",
        f"SEED, EPOCHS, BATCH_SIZE, LR = {config.seed}, {config.epochs}, {config.batch_size}, {config.lr!r}",
        f"DEVICE = {chosen}",
    ]
    if start.get("versions", {}).get("torch"):
        lines.insert(2, f"# The training ran on PyTorch {_plain(start['versions']['torch'])}.")
    kept = [line for line, before in zip(lines, ["", *lines], strict=False) if line or before]
    if quick:
        kept.append("# Products of matrices in bfloat16; weights and everything else are float32.")
    kept.append(f"QUICK = {quick}")
    if start.get("threads"):
        kept.append(f"torch.set_num_threads({int(start['threads'])})")
    return "\n".join(kept)


def _network(config: Config) -> str:
    network = Network(config.network.input_shape, config.network.layers[: config.network.logits])
    code = f"torch.manual_seed(SEED)\nmodel = {network.code()}"
    return f"{RESIDUAL_CODE}\n\n{code}" if network.has_residual else code


def _pictures(config: Config) -> str:
    changes = config.flip or config.shift or config.cutout
    names = ["augment"] * bool(changes) + ["views"] * _several(config)
    made = excerpt.functions("pytorch/augment.py", "statistics", "as_input", *names)
    if changes:
        settings = f"shift, flip, cutout = {config.shift}, {config.flip}, {config.cutout}"
        made.insert(0, f'class Config:\n    """How pictures are changed by chance."""\n\n    {settings}')
    return "\n\n\n".join(made)


def _rate(config: Config) -> str:
    lines = ['def rate(step, steps):\n    """The learning rate of a step, from 0."""']
    if config.schedule == "constant":
        lines.append("return LR")
    elif config.schedule == "cosine":
        lines.append("return LR * 0.5 * (1 + math.cos(math.pi * step / steps))")
    else:
        lines += [
            f"top = {config.warmup!r} * steps",
            "if step < top:",
            "    return LR * (0.2 + 0.8 * step / top)",
            "return LR * (steps - step) / (steps - top)",
        ]
    return "\n    ".join(lines)


def _several(config: Config) -> bool:
    """Whether the last test sees more of a picture than itself."""
    return config.test_flips or config.test_shifts


def _test(config: Config) -> str:
    arguments, seen = ("flips=False, shifts=False", "views(x, flips, shifts)") if _several(config) else ("", "[x]")
    return f'''
@torch.no_grad()
def tested({arguments}):
    """Mean loss and share of right answers on the test set, by the mean logits of what is seen of a picture."""
    model.eval()
    made = []
    for part in test_images.split({excerpt.constant("pytorch/measure.py", "TEST_BATCH")}):
        x = as_input(part, mean, std)
        seen = {seen}
        made.append(sum(model(view).float() for view in seen) / len(seen))
    model.train()
    answers = torch.cat(made)
    return cross_entropy(answers, test_labels).item(), (answers.argmax(1) == test_labels).float().mean().item()
'''


def _begin(config: Config) -> str:
    lines = ["mean, std = statistics(train_images)"]
    if any(type(module).__name__ == "BatchNorm2d" for module in all_layers(config.network.layers)):
        lines += [
            "for module in model.modules():",
            "    if isinstance(module, nn.BatchNorm2d):",
            f"        module.momentum = {config.norm_momentum!r}",
        ]
    lines += _whitening(config) if config.whiten else []
    lines += [
        "model = model.to(memory_format=torch.channels_last).to(DEVICE)",
        "",
        "# Only weights of two axes or more decay: not biases, not norms.",
        "trained = [p for p in model.parameters() if p.requires_grad]",
        "groups = [",
        f'    {{"params": [p for p in trained if p.ndim > 1], "weight_decay": {config.weight_decay!r}}},',
        '    {"params": [p for p in trained if p.ndim <= 1], "weight_decay": 0.0},',
        "]",
    ]
    if config.optimiser == "adamw":
        lines.append(f"optimiser = torch.optim.AdamW(groups, lr=LR, betas=({config.momentum!r}, 0.99))")
    else:
        nesterov = f"momentum={config.momentum!r}, nesterov={config.momentum > 0}"
        lines.append(f"optimiser = torch.optim.SGD(groups, lr=LR, {nesterov})")
    names = "mean, std, train_images, train_labels, test_images, test_labels"
    lines.append(f"{names} = (\n    t.to(DEVICE) for t in ({names})\n)")
    return "\n".join(lines)


def _whitening(config: Config) -> list[str]:
    return f"""
# The first convolution begins with the eigenvectors of the pictures' patches, and stays so.
first = model[0]
x = as_input(train_images[:{excerpt.constant("pytorch/model.py", "PATCHES")}], mean, std)
height, width = first.kernel_size
size = first.in_channels * height * width
covariance, count = torch.zeros(size, size, dtype=torch.float64), 0
for part in x.split({excerpt.constant("pytorch/model.py", "AT_ONCE")}):
    patches = part.unfold(2, height, 1).unfold(3, width, 1).permute(0, 2, 3, 1, 4, 5).reshape(-1, size).double()
    covariance, count = covariance + patches.T @ patches, count + len(patches)
values, vectors = torch.linalg.eigh(covariance / count)
kernels = (vectors / (values + {excerpt.constant("pytorch/model.py", "EPS")!r}).sqrt()).T.flip(0)
kernels *= kernels.gather(1, kernels.abs().argmax(1, keepdim=True)).sign()
kernels = torch.cat([kernels, -kernels])[: first.out_channels]
with torch.no_grad():
    first.weight.copy_(kernels.reshape(first.weight.shape))
    if first.bias is not None:
        first.bias.zero_()
first.weight.requires_grad_(False)

""".removesuffix("\n").splitlines()


def _train(config: Config) -> str:
    changes = config.flip or config.shift or config.cutout
    chosen = "augment(train_images[chosen], Config)" if changes else "train_images[chosen]"
    return f"""
batch = min(BATCH_SIZE, len(train_labels))
steps_per_epoch = len(train_labels) // batch
steps = steps_per_epoch * EPOCHS
for epoch in range(EPOCHS):
    order = torch.randperm(len(train_labels))
    sums = torch.zeros(2, dtype=torch.float64)
    for k in range(steps_per_epoch):
        chosen = order[k * batch : (k + 1) * batch].to(DEVICE)
        x = as_input({chosen}, mean, std)
        labels = train_labels[chosen]
        for group in optimiser.param_groups:
            group["lr"] = rate(epoch * steps_per_epoch + k, steps)
        with torch.autocast(DEVICE, torch.bfloat16, enabled=QUICK):
            answers = model(x)
        loss = cross_entropy(answers.float(), labels, label_smoothing={config.label_smoothing!r})
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        optimiser.step()
        sums += torch.stack([loss.detach(), (answers.argmax(1) == labels).float().sum()]).cpu()
    with torch.autocast(DEVICE, torch.bfloat16, enabled=QUICK):
        test_loss, test_accuracy = tested()
    train_loss, train_accuracy = sums[0] / steps_per_epoch, sums[1] / (steps_per_epoch * batch)
    print(
        f"epoch {{epoch + 1}}: train loss {{train_loss:.5f}}, train accuracy {{train_accuracy:.5f}}, "
        f"test loss {{test_loss:.5f}}, test accuracy {{test_accuracy:.5f}}",
        flush=True,
    )
"""


def _end(config: Config) -> str:
    arguments = f"flips={config.test_flips}, shifts={config.test_shifts}" if _several(config) else ""
    return f"""
test_loss, test_accuracy = tested({arguments})
print(f"finished: test loss {{test_loss:.5f}}, test accuracy {{test_accuracy:.5f}}")
torch.save(model.state_dict(), "weights.pt")
"""


def _plain(text: str) -> str:
    return "".join(letter for letter in str(text)[:40] if letter.isalnum() or letter in ".+-")
