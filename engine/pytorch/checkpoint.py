"""All that a training needs to go on exactly from where it was, in one safetensors file; its weights in another.

Nothing is pickled: tensors by name, everything else JSON in the file's header. Files are written under another name,
then renamed.
"""

import json
import os
import re
from pathlib import Path
from typing import Any

import torch
from safetensors import SafetensorError
from safetensors.torch import save_file
from torch import nn

from engine.training import files


def write(path: Path, tensors: dict[str, torch.Tensor], header: dict) -> None:
    """Write tensors, a JSON header and a check sum, so that the file is complete or not there at all."""
    aside = path.with_name(f"{path.name}.{os.getpid()}.part")
    contiguous = {name: tensor.detach().cpu().contiguous() for name, tensor in tensors.items()}
    try:
        save_file(contiguous, aside, metadata={files.HEADER: json.dumps(header), files.SUM: files.NO_SUM})
        files.seal(aside)
        with aside.open("rb+") as file:
            os.fsync(file.fileno())
        aside.replace(path)
    except SafetensorError as error:  # it hides the system's own error in a text
        if number := re.search(r"os error (\d+)", str(error)):
            raise OSError(int(number[1]), os.strerror(int(number[1])), str(path)) from error
        raise
    finally:
        aside.unlink(missing_ok=True)


def read(path: Path) -> tuple[dict[str, torch.Tensor], dict]:
    """Return what `write` wrote. Damaged, with a sentence, for a file that is missing, broken or another's."""
    return files.read(path, "cannot be read as Stride's", "pt")


def model_state(model: nn.Module) -> dict[str, torch.Tensor]:
    """Return parameters and buffers by name, as the engine has them."""
    return {name: t for name, t in model.state_dict().items() if not name.endswith("num_batches_tracked")}


def save(path: Path, model: nn.Module, chosen: torch.optim.Optimizer, order: torch.Tensor, header: dict) -> None:
    """Write a checkpoint: weights, what the optimiser remembers, random states, the epoch's order of pictures.

    The last one stays beside it, as CHECKPOINT_BEFORE.
    """
    tensors = {f"model.{name}": tensor for name, tensor in model_state(model).items()}
    for k, remembered in chosen.state_dict()["state"].items():
        tensors |= {f"optimiser.{k}.{name}": value for name, value in remembered.items() if value is not None}
    tensors |= {"order": order, "random.cpu": torch.get_rng_state()}
    if torch.cuda.is_available():
        tensors["random.cuda"] = torch.cuda.get_rng_state()
    before = path.with_name(files.CHECKPOINT_BEFORE)
    if path.exists():
        path.replace(before)
    try:
        write(path, tensors, header)
    except OSError:  # such as on a full disk: then the last one stays
        if before.exists():
            before.replace(path)
        raise


def load(
    path: Path, model: nn.Module, chosen: torch.optim.Optimizer, pictures: dict[str, Any]
) -> tuple[torch.Tensor, dict]:
    """Put a checkpoint back; return the order of pictures and the header. ValueError where it does not fit, or Damaged.

    pictures: the present ones, in the form of the header's "pictures", which must be the same. An old checkpoint has no
    such entry; then the length of the order is compared.
    """
    tensors, header = read(path)
    counted = {"train": len(tensors["order"])} if len(tensors.get("order", ())) else {}
    _same_pictures(header.get("pictures") or counted, pictures)
    try:
        model.load_state_dict({**model.state_dict(), **_below(tensors, "model.")})
        state: dict[int, dict[str, torch.Tensor]] = {}
        for name, tensor in _below(tensors, "optimiser.").items():
            k, _, key = name.partition(".")
            state.setdefault(int(k), {})[key] = tensor
        chosen.load_state_dict({**chosen.state_dict(), "state": state})
        torch.set_rng_state(tensors["random.cpu"])
        if "random.cuda" in tensors and torch.cuda.is_available():
            torch.cuda.set_rng_state(tensors["random.cuda"])
        return tensors["order"], header
    except (KeyError, RuntimeError, ValueError) as error:
        raise ValueError(f"{path.name} does not fit this training: {error}") from error


def _same_pictures(then: dict[str, Any], now: dict[str, Any]) -> None:
    """Raise ValueError, with what has changed, where two notes of "train", "test", "classes" and "key" differ."""
    changed = [name for name, value in then.items() if value != now.get(name)]
    if not changed:
        return
    if "classes" in changed:
        what = f"the classes were {_few(then['classes'])} and are {_few(now['classes'])}"
    elif counts := [name for name in ("train", "test") if name in changed]:
        what = " and ".join(f"there were {then[name]:,} to {name} and are {now[name]:,}" for name in counts)
    else:
        what = "there are as many, but files were replaced or written again"
    raise ValueError(
        f"the pictures have changed since the checkpoint was written: {what}. "
        "Bring the former ones back, or start again as a new run"
    )


def _few(classes: list[str]) -> str:
    """Return the first classes by name, and how many there are."""
    return f"{', '.join(classes[:5])}{', …' if len(classes) > 5 else ''} ({len(classes)})"


def _below(tensors: dict[str, torch.Tensor], start: str) -> dict[str, torch.Tensor]:
    return {name[len(start) :]: tensor for name, tensor in tensors.items() if name.startswith(start)}
