"""Which trained networks there are: those that come with Stride, and the runs of this machine."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from engine import lean
from engine.data import weights
from engine.training import trained
from engine.training.config import SOURCES, Config
from engine.training.files import PLAIN
from engine.writing.setting import limit
from pages.states.codec import shown

if TYPE_CHECKING:
    from engine.training.runs import Run

PATH = weights.LENET5.stem  # the network that the path leads to
TITLES = {PATH: "LeNet-5, drawn digits"}
TOGETHER = ", each tested together with {} (this page shows the picture alone)"


@dataclass(frozen=True)
class Model:
    """A trained network that can be opened: its name in a link, what it is called, and its file."""

    key: str
    title: str
    path: Path
    bundled: bool

    @property
    def modified(self) -> int:
        """When the file was written, in nanoseconds; 0 where it is gone: an open network stays in memory."""
        try:
            return self.path.stat().st_mtime_ns
        except OSError:
            return 0

    @property
    def version(self) -> tuple[str, int]:
        """The key of the file, as it is now, in caches."""
        return str(self.path), self.modified

    def load(self) -> trained.Trained:
        """Return the network. ValueError, with a sentence, where its file cannot be read."""
        return trained.load(self.path)

    def weights(self) -> bytes:
        """Return its weights as a safetensors file. ModuleNotFoundError where one must be made, as in a browser."""
        return trained.saved(self.load()) if self.path.suffix == PLAIN else self.path.read_bytes()


def _bundled() -> dict[str, Model]:
    files = trained.bundled()
    return {name: Model(name, TITLES.get(name, name.replace("-", " ")), path, True) for name, path in files.items()}


def _runs(key: str | None = None) -> list["Run"]:
    """Return the runs of who asks, newest first, or anybody's with an id; a browser has none."""
    if lean.IN_BROWSER:
        return []
    from engine.training import runs

    if key is None:
        return [run for run in runs.all_runs() if runs.asker().owns(run.owner)]
    try:
        return [runs.get(key)]
    except ValueError:
        return []


def choices() -> list[Model]:
    """Return the networks to choose from: those that come with Stride, then who asks' finished runs, newest first."""
    held = [run for run in _runs() if not run.broken and run.weights.is_file()]
    finished = [run for run in held if run.state().status == "finished"]
    return [*_bundled().values(), *(Model(run.id, run.name, run.weights, False) for run in finished)]


def find(key: str) -> Model:
    """Return the network of a link; a run that has weights can be opened before it is finished.

    Raises ValueError, with a sentence, where there is none.
    """
    if found := _bundled().get(key):
        return found
    run = next(iter(_runs(key)), None)
    if run is None:
        raise ValueError(f"run {shown(key)} is not here: it was deleted, or it is on another machine.")
    if run.broken or not run.weights.is_file():
        raise ValueError(f"run {shown(key)} has no weights yet: they are written after its first epoch.")
    return Model(run.id, run.name, run.weights, False)


def card(model: Model, network: trained.Trained) -> list[tuple[str, str]]:
    """Return what is known of a network, as (what, text). Texts may hold what somebody typed."""
    held, config = network.card, network.config
    data = str(held.get("data", ""))
    if held.get("synthetic"):
        data += "" if "synthetic" in data.lower() else " (synthetic)"
    rows = [
        ("Network", f"{len(network.network)} layers, {network.network.parameter_count:,} weights and biases"),
        ("Test accuracy", _accuracy(held) + (_together(held) if _accuracy(held) else "")),
        ("Tested with", _text(held, "tested", str)),
        ("Trained on", f"{data}, {_count(held, 'train')} pictures" if _count(held, "train") else data),
        (
            "Training",
            f"{held.get('epoch', '?')} epochs; {_settings(config) if config else _text(held, 'settings', str)}",
        ),
        ("Augmentation", _augmentation(config) if config else _text(held, "augmentation", str)),
        ("When", _text(held, "date", str)),
        ("Where", " · ".join(filter(None, (_text(held, "device", str), _seconds(held), _versions(held))))),
        ("File", f"{model.path.name}, {model.path.stat().st_size:,} bytes" if model.modified else "It was deleted."),
    ]
    return [(what, text) for what, text in rows if text]


def _settings(config: Config) -> str:
    """Say how a network was trained."""
    settings = (
        f"{config.optimiser.upper() if config.optimiser == 'sgd' else 'AdamW'}, learning rate {limit(config.lr)} "
        f"({config.schedule}), batches of {config.batch_size}, weight decay {limit(config.weight_decay)}, "
        f"label smoothing {limit(config.label_smoothing)}, seed {config.seed}"
    )
    return settings + ("; the first convolution whitened, not trained" if config.whiten else "")


def _augmentation(config: Config) -> str:
    """Say how the training pictures were varied."""
    parts = (
        "half of the pictures mirrored" if config.flip else "",
        f"each moved by up to {config.shift} pixel{'s' if config.shift > 1 else ''}" if config.shift else "",
        f"a square of {config.cutout}×{config.cutout} blanked in each" if config.cutout else "",
    )
    return ", ".join(filter(None, parts)) or "none"


def _text(held, name: str, kind: type | tuple[type, ...], say: Callable = str) -> str:
    value = held.get(name)
    return say(value) if isinstance(value, kind) and not isinstance(value, bool) else ""


def _together(held) -> str:
    """Say which changed copies each picture was tested with."""
    names = {"moved": "copies moved by a pixel", "mirrored": "its mirror image"}
    said = " and ".join(name for key, name in names.items() if held.get(key) is True)
    return TOGETHER.format(said) if said else ""


def _accuracy(held) -> str:
    made = _text(held, "test_accuracy", (int, float), lambda share: f"{100 * share:.2f} %")
    return f"{made} of {_count(held, 'test')} test pictures" if made and _count(held, "test") else made


def _count(held, name: str) -> str:
    return _text(held, name, int, lambda count: f"{count:,}")


def _seconds(held) -> str:
    return _text(held, "seconds", (int, float), lambda seconds: f"{seconds:.0f} s of training")


def _versions(held) -> str:
    versions = held.get("versions")
    return " ".join(f"{k} {v}" for k, v in versions.items()) if isinstance(versions, dict) else ""


def own_source(network: trained.Trained) -> str | None:
    """Return the folder that a network was trained on, as Config.data names it; None for the known data sets."""
    return network.config.data if network.config and network.config.data not in SOURCES else None
