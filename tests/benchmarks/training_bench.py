"""The training loop beside a bare one, and beside the usual tutorial's: images a second on one model and data.

Each side trains whole epochs in turn, in this process, and tests once an epoch; the figure is the median of the turns'
ratios. Ours is a whole run as a page starts it: events and states written, filters and samples looked at, gradients
measured, a checkpoint an epoch. Pictures are drawn shapes.
"""

import statistics
import tempfile
import time
from dataclasses import replace
from pathlib import Path

from tests.benchmarks.rows import Row

TURNS, EPOCHS, PICTURES, TESTS = 3, 2, 12_800, 1_000
BARE, TUTORIAL = 0.97, 2.0


def rows() -> list[Row]:
    from engine.training.presets import PRESETS

    quick = replace(PRESETS["quick"].config, data="shapes", epochs=EPOCHS, test_flips=False)
    data = _data()
    sides = {"ours": _ours, "bare": _bare, "tutorial": _tutorial}
    seconds: dict[str, list[float]] = {name: [] for name in sides}
    _bare(replace(quick, epochs=1), data)  # the first one also pays for what torch sets up
    for _ in range(TURNS):
        for name, side in sides.items():
            began = time.perf_counter()
            side(quick, data)
            seconds[name].append(time.perf_counter() - began)
    speed = {name: EPOCHS * PICTURES / statistics.median(times) for name, times in seconds.items()}
    made = f"preset Quick's model, {PICTURES:,} pictures × {EPOCHS} epochs, tested each; median of {TURNS} turns; "
    against = {
        name: statistics.median(b / a for a, b in zip(seconds["ours"], seconds[name], strict=True)) for name in sides
    }
    return [
        Row.at_least(
            "training run against a bare PyTorch loop", against["bare"], "× its images/s", BARE,
            f"{made}{speed['ours']:,.0f} images/s, bare {speed['bare']:,.0f}, same augmentation and precision",
        ),
        Row.at_least(
            "training run against a tutorial's pipeline", against["tutorial"], "× its images/s", TUTORIAL,
            f"{made}{speed['ours']:,.0f} images/s, tutorial {speed['tutorial']:,.0f} (PIL, torchvision transforms, "
            "DataLoader with 2 workers, float32)",
        ),
    ]  # fmt: skip


def _data():
    import torch

    from engine.data.drawings import CLASSES, shape_pictures
    from engine.pytorch.data import DataSet

    parts = []
    for count, seed in ((PICTURES, 0), (TESTS, 1)):
        pictures, labels = shape_pictures(count, 32, seed, colour=True)
        parts += [torch.from_numpy(pictures), torch.from_numpy(labels).long()]
    return DataSet("Shapes (synthetic)", CLASSES, *parts, synthetic=True)


def _ours(config, data) -> None:
    from engine.training.runs import create
    from engine.training.runs.carry import carry_out

    with tempfile.TemporaryDirectory() as folder:
        state = carry_out(create(config, folder=Path(folder) / "run"), load=lambda *_, **__: data)
        assert state.status == "finished", state


def _bare(config, data) -> None:
    import torch
    from torch.nn.functional import cross_entropy

    from engine.pytorch.augment import as_input, augment
    from engine.pytorch.augment import statistics as channels
    from engine.pytorch.model import build, optimiser, placed
    from engine.training.schedule import lr_at

    torch.manual_seed(0)
    mean, std = channels(data.train_images)
    model = build(config, data.train_images, mean, std)
    chosen, where = optimiser(model, config), placed(config)
    images = data.train_images.permute(0, 2, 3, 1).contiguous()
    per_epoch = PICTURES // config.batch_size
    for epoch in range(config.epochs):
        order = torch.randperm(PICTURES)
        for k in range(per_epoch):
            batch = order[k * config.batch_size : (k + 1) * config.batch_size]
            x = as_input(augment(images[batch].permute(0, 3, 1, 2), config), mean, std)
            for group in chosen.param_groups:
                group["lr"] = lr_at(config, epoch * per_epoch + k, per_epoch * config.epochs)
            with where.autocast():
                out = model(x)
            chosen.zero_grad()
            cross_entropy(out.float(), data.train_labels[batch], label_smoothing=config.label_smoothing).backward()
            chosen.step()
        model.eval()
        with torch.no_grad(), where.autocast():
            for x, y in zip(data.test_images.split(500), data.test_labels.split(500), strict=True):
                (model(as_input(x, mean, std)).argmax(1) == y).sum()
        model.train()


def _tutorial(config, data) -> None:
    import torch
    from PIL import Image
    from torch.utils.data import DataLoader, Dataset
    from torchvision import transforms

    from engine.pytorch.modules import torch_model

    class Pictures(Dataset):
        def __init__(self, images, labels, change):
            self.pictures = [Image.fromarray(image) for image in images.permute(0, 2, 3, 1).numpy()]
            self.labels, self.change = labels.tolist(), change

        def __len__(self):
            return len(self.labels)

        def __getitem__(self, k):
            return self.change(self.pictures[k]), self.labels[k]

    plain = [transforms.ToTensor(), transforms.Normalize((0.5, 0.5, 0.5), (0.25, 0.25, 0.25))]
    change = transforms.Compose([transforms.RandomCrop(32, padding=4), transforms.RandomHorizontalFlip(), *plain])
    training = DataLoader(
        Pictures(data.train_images, data.train_labels, change), config.batch_size, shuffle=True, num_workers=2
    )
    testing = DataLoader(Pictures(data.test_images, data.test_labels, transforms.Compose(plain)), 500)
    model = torch_model(config.network).float().train()
    chosen = torch.optim.SGD(model.parameters(), lr=0.05, momentum=0.9)
    loss_of, running = torch.nn.CrossEntropyLoss(), 0.0
    for _ in range(config.epochs):
        model.train()
        for x, y in training:
            chosen.zero_grad()
            loss = loss_of(model(x), y)
            loss.backward()
            chosen.step()
            running += loss.item()
        model.eval()
        with torch.no_grad():
            for x, y in testing:
                (model(x).argmax(1) == y).sum().item()


if __name__ == "__main__":
    for row in rows():
        print(f"{row.name:44} {row.value:.2f} {row.unit}; {row.detail}")
