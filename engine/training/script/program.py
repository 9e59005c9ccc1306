"""A stand-alone PyTorch script that repeats a training: same numbers, without Stride."""

from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from engine.network import Network
from engine.network.blocks import RESIDUAL_CODE
from engine.training.config import Config
from engine.training.script import excerpt
from engine.training.script.data import data_lines

KINDS = {"CPU": "cpu", "Apple GPU": "mps"}
MODEL = "pytorch/model.py"


def script(config: Config, start: Mapping[str, Any] | None = None) -> str:
    """Return a Python script that needs torch, torchvision (for CIFAR-10), NumPy and Pillow, and repeats a training.

    start: the training's event "start", which says where it ran: device, precision, threads, versions, classes. On the
    CPU with the same torch and as many threads, its losses and weights are the training's, bit for bit: augmentation,
    whitening, optimiser and learning rate are the very code of Stride's loop.
    """
    start = start or {}
    if start.get("classes"):
        config = config.for_classes(len(start["classes"]))
    whitening = [_whitening()] if config.whiten else []
    parts = [
        _head(config, start),
        _settings(config),
        data_lines(config, start.get("data", "")),
        *excerpt.functions("pytorch/augment.py", "statistics", "as_input", "augment", "views"),
        *whitening,
        excerpt.function(MODEL, "optimiser"),
        excerpt.function("training/schedule.py", "lr_at"),
        _tested(),
        _begin(config),
        _TRAIN,
    ]
    return "\n\n\n".join(part.strip("\n") for part in parts) + "\n"


def _head(config: Config, start: Mapping[str, Any]) -> str:
    device = KINDS.get(start["device"], "cuda") if start.get("device") else config.device
    quick = (start.get("precision") or config.precision) == "bfloat16"
    chosen = f'"{device}"'
    if device == "auto":
        chosen = '"cuda" if torch.cuda.is_available() else "mps" if torch.backends.mps.is_available() else "cpu"'
    folder, version = config.data.startswith("folder:"), start.get("versions", {}).get("torch")
    lines = [
        '"""Repeats a training that was made with Stride. On the CPU, with the same PyTorch and as many threads,',
        'losses and weights are the same, bit for bit; elsewhere they differ a little, and more from step to step."""',
        *([f"# The training ran on PyTorch {_plain(version)}."] if version else []),
        "",
        *(["import os"] if folder else []),
        "import sys",
        "from math import cos, pi",
        "from pathlib import Path",
        "",
        "import numpy as np",
        "import torch",
        *(["from PIL import Image, ImageOps"] if folder else []),
        "from torch import nn",
        "from torch.nn.functional import cross_entropy",
        *(["from torchvision.datasets import CIFAR10"] if config.data == "cifar10" else []),
        "",
        f"DEVICE = {chosen}",
        *(["# Products of matrices in bfloat16; weights and everything else are float32."] if quick else []),
        f"QUICK = {quick}",
        *([f"torch.set_num_threads({int(start['threads'])})"] if start.get("threads") else []),
    ]
    return "\n".join(lines)


def _settings(config: Config) -> str:
    names = [f.name for f in fields(Config) if f.name not in ("network", "data", "device", "precision")]
    lines = [f"    {name} = {getattr(config, name)!r}" for name in names]
    return "\n".join(['class Config:\n    """The training\'s settings."""\n', *lines])


def _whitening() -> str:
    constants = [f"{name} = {excerpt.constant(MODEL, name)!r}" for name in ("PATCHES", "AT_ONCE", "EPS")]
    return "\n".join(constants) + "\n\n\n" + excerpt.function(MODEL, "whiten")


def _tested() -> str:
    return f'''
@torch.no_grad()
def tested(flips=False, shifts=False):
    """Mean loss and share of right answers on the test set, by the mean logits of what is seen of a picture."""
    model.eval()
    answers = []
    for part in test_images.split({excerpt.constant("pytorch/measure.py", "TEST_BATCH")}):
        seen = views(as_input(part, mean, std), flips, shifts)
        answers.append(sum(model(view).float() for view in seen) / len(seen))
    model.train()
    answers = torch.cat(answers)
    return cross_entropy(answers, test_labels).item(), (answers.argmax(1) == test_labels).float().mean().item()
'''


def _begin(config: Config) -> str:
    network = Network(config.network.input_shape, config.network.layers[: config.network.logits])
    code = f"torch.manual_seed(Config.seed)\nmodel = {network.code()}"
    whiten = "\nwhiten(model, as_input(train_images[:PATCHES], mean, std))" if config.whiten else ""
    residual = f"{RESIDUAL_CODE}\n\n" if network.has_residual else ""
    return f"""
{residual}{code}
mean, std = statistics(train_images)
for module in model.modules():
    if isinstance(module, (nn.BatchNorm1d, nn.BatchNorm2d)):
        module.momentum = Config.norm_momentum{whiten}
model = model.to(memory_format=torch.channels_last).to(DEVICE)
stepper = optimiser(model, Config)
mean, std, train_images, train_labels, test_images, test_labels = (
    t.to(DEVICE) for t in (mean, std, train_images, train_labels, test_images, test_labels)
)
"""


_TRAIN = """
batch = min(Config.batch_size, len(train_labels))
steps_per_epoch = len(train_labels) // batch
steps = steps_per_epoch * Config.epochs
for epoch in range(Config.epochs):
    order = torch.randperm(len(train_labels))
    sums = torch.zeros(2, dtype=torch.float64)
    for k in range(steps_per_epoch):
        chosen = order[k * batch : (k + 1) * batch].to(DEVICE)
        x = as_input(augment(train_images[chosen], Config), mean, std)
        labels = train_labels[chosen]
        for group in stepper.param_groups:
            group["lr"] = lr_at(Config, epoch * steps_per_epoch + k, steps)
        with torch.autocast(DEVICE, torch.bfloat16, enabled=QUICK):
            answers = model(x)
        loss = cross_entropy(answers.float(), labels, label_smoothing=Config.label_smoothing)
        stepper.zero_grad(set_to_none=True)
        loss.backward()
        stepper.step()
        sums += torch.stack([loss.detach(), (answers.argmax(1) == labels).float().sum()]).cpu()
    with torch.autocast(DEVICE, torch.bfloat16, enabled=QUICK):
        test_loss, test_accuracy = tested()
    train_loss, train_accuracy = sums[0] / steps_per_epoch, sums[1] / (steps_per_epoch * batch)
    print(
        f"epoch {epoch + 1}: train loss {train_loss:.5f}, train accuracy {train_accuracy:.5f}, "
        f"test loss {test_loss:.5f}, test accuracy {test_accuracy:.5f}",
        flush=True,
    )
test_loss, test_accuracy = tested(Config.test_flips, Config.test_shifts)
print(f"finished: test loss {test_loss:.5f}, test accuracy {test_accuracy:.5f}")
torch.save(model.state_dict(), "weights.pt")
"""


def _plain(text: str) -> str:
    return "".join(letter for letter in str(text)[:40] if letter.isalnum() or letter in ".+-")
