"""A trained network's logits in NumPy and in PyTorch, and the code that gives them."""

import base64
from dataclasses import dataclass

import numpy as np

from engine.network.blocks import RESIDUAL_CODE
from engine.training.files import WEIGHTS
from engine.training.trained import Trained

AGREES = 1e-4  # in float32, after ten or twenty layers
BATCH = 100  # pictures that run at once


@dataclass(frozen=True)
class Logits:
    """Logits of some pictures, (N, classes), by the engine in float64 and by torch in float32."""

    ours: np.ndarray
    theirs: np.ndarray
    version: str

    @property
    def largest_difference(self) -> float:
        return float(np.abs(self.ours - self.theirs).max(initial=0.0))

    @property
    def agrees(self) -> bool:
        return self.largest_difference <= AGREES


def compare_logits(network: Trained, pictures: np.ndarray) -> Logits:
    """Run pictures, uint8 (N, C, H, W), through a network in NumPy and in torch. Imports torch."""
    import torch

    from engine.pytorch.modules import torch_model

    model = torch_model(network.network, network.parameters).float()
    ours, theirs = [], []
    for k in range(0, len(pictures), BATCH):
        some = pictures[k : k + BATCH]
        ours.append(network.logits(some))
        with torch.no_grad():
            x = torch.from_numpy(np.array(some)).float() / 255
            if network.decimals is not None:
                x = x.round(decimals=network.decimals)
            mean, std = (torch.tensor(v, dtype=torch.float32).reshape(-1, 1, 1) for v in (network.mean, network.std))
            theirs.append(model((x - mean) / std).numpy())
    return Logits(np.concatenate(ours), np.concatenate(theirs), torch.__version__)


def logits_code(network: Trained, picture: np.ndarray) -> str:
    """Return a script that gives the logits of a picture, uint8 (C, H, W), beside the network's file."""
    residual = f"\n\n{RESIDUAL_CODE}\n" if network.network.has_residual else ""
    data = base64.b64encode(np.ascontiguousarray(picture).tobytes()).decode()
    rounded = "" if network.decimals is None else f".round(decimals={network.decimals})"
    lines = "\n".join(f'    "{data[k : k + 100]}"' for k in range(0, len(data), 100))
    return f'''\
import base64

import torch
from safetensors.torch import load_file
from torch import nn
{residual}
model = {network.network.code()}
model.load_state_dict(load_file("{WEIGHTS}"), strict=False)  # strict would ask for num_batches_tracked
model.eval()

pixels = base64.b64decode(
{lines}
)
x = torch.frombuffer(bytearray(pixels), dtype=torch.uint8).reshape(1, {", ".join(map(str, picture.shape))})
x = (x.float() / 255){rounded}
mean = torch.tensor({network.mean.tolist()}).reshape(-1, 1, 1)
std = torch.tensor({network.std.tolist()}).reshape(-1, 1, 1)
with torch.no_grad():
    logits = model((x - mean) / std)[0]
for name, logit, p in zip({list(network.classes)!r}, logits, logits.softmax(0)):
    print(f"{{name:>12}} {{logit:9.5f}} {{p:8.4f}}")
'''
