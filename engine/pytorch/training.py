"""A training in memory: model, optimiser and pictures, the steps that it takes, and its events."""

import math
import platform
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import torch
from torch.nn.functional import cross_entropy

from engine.network.stack_text import write_stack
from engine.pytorch import checkpoint, measure
from engine.pytorch.augment import augment, statistics
from engine.pytorch.model import build, optimiser, placed
from engine.training import files
from engine.training.config import Config, from_dict
from engine.training.divergence import advice
from engine.training.schedule import lr_at

if TYPE_CHECKING:
    from engine.pytorch.data import DataSet

NORMS_EVERY = 10  # how many steps lie between two reports of the gradients
WAIT = 0.05


class Training:
    """Model, optimiser and pictures on their device, the present step, and what was not reported yet."""

    def __init__(self, config: Config, data: "DataSet", folder: Path | None):
        self.config, self.data, self.folder, self.placed = config, data, folder, placed(config)
        torch.manual_seed(config.seed)
        mean, std = statistics(data.train_images)
        device = self.placed.device
        self.model = build(config, data.train_images, mean, std).to(device)
        self.optimiser = optimiser(self.model, config)
        self.stats = measure.Statistics(mean.to(device), std.to(device))
        # Channels last, a batch is taken and moved a pixel's three bytes at a time.
        self.images = data.train_images.permute(0, 2, 3, 1).contiguous().to(device)
        self.labels = data.train_labels.to(device)
        self.tests, self.targets = data.test_images.to(device), data.test_labels.to(device)
        self.batch = min(config.batch_size, len(self.labels))
        self.per_epoch = len(self.labels) // self.batch
        self.steps = self.per_epoch * config.epochs
        self.samples = measure.sample_places(data.test_labels)
        self.epoch, self.at = 0, 0  # whole epochs, and steps of the present one
        self.order = torch.empty(0, dtype=torch.int64)
        # The epoch's losses and right answers; Apple's GPUs know no float64.
        exact = torch.float32 if device.type == "mps" else torch.float64
        self.sums = torch.zeros(2, dtype=exact, device=device)
        self.losses: list[torch.Tensor] = []
        self.rates: list[float] = []
        self.norms: list[torch.Tensor] = []
        self.before, self.idle, self.per_second, self.bad = 0.0, 0.0, 0.0, False
        self.began = self.told = self.looked = time.perf_counter()
        self.epoch_began, self.epoch_first = 0.0, 0

    @property
    def step(self) -> int:
        """Steps taken in all."""
        return self.epoch * self.per_epoch + self.at

    @property
    def seconds(self) -> float:
        """Seconds of training so far: those before a resume too, pauses not."""
        return self.before + time.perf_counter() - self.began - self.idle

    def event(self, name: str, **details) -> dict:
        return {"event": name, "seconds": round(self.seconds, 3), **details}

    # A step

    def begin_epoch(self) -> None:
        if not len(self.order):
            self.order = torch.randperm(len(self.labels))
            self.sums.zero_()
            self.norms = []
        self.epoch_began, self.epoch_first = self.seconds, self.at

    def take_step(self) -> None:
        """Take one step of the optimiser on the next batch."""
        chosen = self.order[self.at * self.batch : (self.at + 1) * self.batch].to(self.images.device)
        x = self.stats.input(augment(self.images[chosen].permute(0, 3, 1, 2), self.config))
        labels = self.labels[chosen]
        rate = lr_at(self.config, self.step, self.steps)
        for group in self.optimiser.param_groups:
            group["lr"] = rate
        with self.placed.autocast():
            answers = self.model(x)
        loss = cross_entropy(answers.float(), labels, label_smoothing=self.config.label_smoothing)
        self.optimiser.zero_grad(set_to_none=True)
        loss.backward()
        if self.at % NORMS_EVERY == 0:
            self.norms.append(measure.gradient_norms(self.model))
        self.optimiser.step()
        loss = loss.detach()
        self.sums += torch.stack([loss, (answers.argmax(1) == labels).sum()]).to(self.sums.dtype)
        self.losses.append(loss)
        self.rates.append(rate)
        self.at += 1

    def wait(self, control: Callable[[], str]) -> str:
        """Do nothing while the word is pause; return the next word."""
        paused = time.perf_counter()
        while (word := control()) == "pause":
            time.sleep(WAIT)
        waited = time.perf_counter() - paused
        self.idle += waited
        self.told += waited
        return word

    # Events

    def start(self, resumed: float | None) -> dict:
        """Return the event "start": what is trained, on which pictures, where. resumed: epochs in the checkpoint."""
        config, data = self.config, self.data
        self.began = self.told = self.looked = time.perf_counter()
        return self.event(
            "start", config=config.as_dict(), device=self.device_name(), precision=str(self.placed.dtype)[6:],
            threads=torch.get_num_threads(), versions={"torch": torch.__version__, "python": platform.python_version()},
            parameters=config.network.parameter_count, train=len(self.labels), test=len(self.targets), data=data.name,
            classes=list(data.classes), synthetic=data.synthetic, skipped=list(data.skipped)[:100],
            skipped_count=len(data.skipped), data_key=data.key,
            layers=[write_stack((layer,)) for layer in config.network.layers], steps_per_epoch=self.per_epoch,
            steps=self.steps, resumed_from=resumed,
        )  # fmt: skip

    def device_name(self) -> str:
        kind = self.placed.device.type
        return torch.cuda.get_device_name() if kind == "cuda" else {"mps": "Apple GPU", "cpu": "CPU"}[kind]

    def tell(self) -> Iterator[dict]:
        """Yield the steps since the last report; where a loss is not finite, say so and mark the training as bad."""
        if not self.losses:
            return
        losses, rates = torch.stack(self.losses).tolist(), self.rates
        now = time.perf_counter()
        self.per_second = len(losses) * self.batch / max(1e-9, now - self.told)
        self.losses, self.rates, self.told = [], [], now
        whole = next((k for k, loss in enumerate(losses) if not math.isfinite(loss)), None)
        first = self.step - len(losses) + 1
        yield self.event(
            "steps", first=first, loss=[round(loss, 5) for loss in losses[:whole]],
            lr=[float(f"{rate:.5g}") for rate in rates[:whole]], images_per_second=round(self.per_second, 1),
        )  # fmt: skip
        if whole is not None:
            what = "the loss is NaN" if math.isnan(losses[whole]) else "the loss is infinite"
            yield self.diverged(what, first + whole, rates[whole])
        elif not measure.finite(self.model):
            yield self.diverged("a weight is NaN or infinite", self.step, rates[-1])

    def diverged(self, what: str, step: int, rate: float) -> dict:
        """Return the event "diverged", and mark the training as bad: none of it is written."""
        self.bad = True
        return self.event(
            "diverged", step=step, epoch=(step - 1) // self.per_epoch + 1, lr=rate, what=what,
            advice=advice(self.config, rate),
        )  # fmt: skip

    def look(self) -> dict:
        """Show the first layer's filters, and what the network says of twelve test pictures."""
        places = torch.tensor(self.samples, device=self.images.device)
        answers = measure.logits(self.model, self.tests[places], self.stats)
        self.told = self.looked = time.perf_counter()  # its time must not count for the next steps
        return self.event(
            "look", epoch=round(self.epoch + self.at / self.per_epoch, 3), filters=measure.filters(self.model),
            samples=measure.samples(answers, self.targets[places], self.samples),
        )  # fmt: skip

    def end_epoch(self) -> Iterator[dict]:
        """Test, write the checkpoint, and say how the epoch went. Training figures are for the augmented pictures."""
        spent = max(1e-9, self.seconds - self.epoch_began)
        per_second = (self.at - self.epoch_first) * self.batch / spent
        loss, right = self.sums.tolist()
        with self.placed.autocast():
            answers = measure.logits(self.model, self.tests, self.stats)
        test_loss, test_accuracy = measure.tested(answers, self.targets)
        norms = torch.stack(self.norms).mean(0).tolist()
        names = [measure.named(self.config, k) for k, _ in measure.trained_layers(self.model)]
        rate = lr_at(self.config, self.step - 1, self.steps)
        if not all(map(math.isfinite, (test_loss, *norms))):
            yield self.diverged("the loss on the test pictures, or a gradient, is NaN or infinite", self.step, rate)
            return
        dead = measure.dead(self.model, self.tests, self.stats, self.config)
        taken, self.epoch, self.at, self.order = self.at, self.epoch + 1, 0, self.order[:0]
        self.save()
        self.write_weights(test_accuracy)
        self.told = time.perf_counter()
        yield self.event(
            "epoch", epoch=self.epoch, train_loss=round(loss / taken, 5),
            train_accuracy=round(right / (taken * self.batch), 5), test_loss=round(test_loss, 5),
            test_accuracy=round(test_accuracy, 5), lr=float(f"{rate:.5g}"), images_per_second=round(per_second, 1),
            gradient_norms=[{**name, "norm": float(f"{n:.4g}")} for name, n in zip(names, norms, strict=True)],
            dead=dead,
        )  # fmt: skip

    def finish(self) -> dict:
        """Test in float32, each picture in its views; write weights and answers; say how it ended."""
        flips, shifts = self.config.test_flips, self.config.test_shifts
        answers = measure.logits(self.model, self.tests, self.stats, flips, shifts)
        loss, accuracy = measure.tested(answers, self.targets)
        self.write_weights(accuracy, flips, shifts)
        if self.folder:
            tensors = {"labels": self.targets, "probabilities": answers.softmax(1)}
            checkpoint.write(self.folder / files.ANSWERS, tensors, {"classes": list(self.data.classes)})
            (self.folder / files.CHECKPOINT_BEFORE).unlink(missing_ok=True)  # nothing goes on from here
        return self.event(
            "finished", test_accuracy=round(accuracy, 5), test_loss=round(loss, 5),
            images_per_second=round(self.steps * self.batch / max(1e-9, self.seconds), 1),
            per_class=measure.per_class(answers, self.targets),
        )  # fmt: skip

    # Files

    def save(self) -> None:
        """Write the checkpoint, so that a resume takes the very next step."""
        if self.folder:
            header = {
                "config": self.config.as_dict(), "epoch": self.epoch, "at": self.at, "seconds": self.seconds,
                "sums": self.sums.tolist(), "norms": [norm.tolist() for norm in self.norms],
                "pictures": self.pictures(),
            }  # fmt: skip
            checkpoint.save(self.folder / files.CHECKPOINT, self.model, self.optimiser, self.order, header)

    def restore(self) -> tuple[float | None, str]:
        """Take over the folder's checkpoint, or, where it is damaged, the one before it.

        Returns how many epochs it holds, None where there is none, and a sentence about the damage, or "".
        """
        paths = [self.folder / name for name in (files.CHECKPOINT, files.CHECKPOINT_BEFORE)] if self.folder else []
        there, damage = [path for path in paths if path.exists()], ""
        for path in there:
            try:
                return self._restored(path), damage
            except files.Damaged as error:
                damage = f"The run's {error}. The training went on from the checkpoint before it."
                if path == there[-1]:
                    raise
        return None, ""

    def _restored(self, path: Path) -> float:
        """Take over a checkpoint; return how many epochs it holds."""
        self.order, header = checkpoint.load(path, self.model, self.optimiser, self.pictures())
        if from_dict(header["config"]) != self.config:  # an older checkpoint has the default for a newer setting
            raise ValueError(f"{path.name} is of a training with other settings")
        self.epoch, self.at, self.before = header["epoch"], header["at"], header["seconds"]
        self.sums += torch.tensor(header["sums"], dtype=self.sums.dtype, device=self.sums.device)
        self.norms = [torch.tensor(norm, device=self.images.device) for norm in header["norms"]]
        return self.epoch + self.at / self.per_epoch

    def pictures(self) -> dict:
        """Return what identifies these pictures, as JSON can hold it."""
        data = self.data
        counts = {"train": len(self.labels), "test": len(self.targets)}
        return {**counts, "classes": list(data.classes), "key": data.key}

    def write_weights(self, accuracy: float, mirrored: bool = False, moved: bool = False) -> None:
        """Write the weights with all that is needed to use them, and where they come from.

        mirrored, moved: whether the accuracy is of pictures together with their mirror images, and with moved ones.
        """
        if self.folder:
            header = {
                "config": self.config.as_dict(), "classes": list(self.data.classes), "data": self.data.name,
                "synthetic": self.data.synthetic, "mean": [round(v, 6) for v in self.stats.mean.tolist()],
                "std": [round(v, 6) for v in self.stats.std.tolist()], "epoch": self.epoch,
                "test_accuracy": round(accuracy, 5), "mirrored": mirrored, "moved": moved,
                "test": len(self.targets), "train": len(self.labels), "data_key": self.data.key,
                "seconds": round(self.seconds, 1), "device": self.device_name(),
                "versions": {"torch": torch.__version__}, "date": time.strftime("%Y-%m-%d"),
            }  # fmt: skip
            checkpoint.write(self.folder / files.WEIGHTS, checkpoint.model_state(self.model), header)
