"""The torch model of a training: built from the network's description, its first layer whitened where asked."""

from dataclasses import dataclass

import torch
from torch import nn

from engine.pytorch.augment import as_input
from engine.pytorch.modules import torch_model
from engine.training.config import Config, whiten_problem

PATCHES, AT_ONCE = 5000, 250  # how many pictures whitening takes patches from, and how many at a time
EPS = 5e-4


@dataclass(frozen=True)
class Placed:
    """Where a training computes. dtype: of the matrix products; weights and everything else are float32."""

    device: torch.device
    dtype: torch.dtype

    def autocast(self):
        """Return the context in which the network computes."""
        return torch.autocast(self.device.type, torch.bfloat16, enabled=self.dtype == torch.bfloat16)


def placed(config: Config) -> Placed:
    """Return what the settings mean on this machine. ValueError where the wanted device is not there."""
    there = {"cuda": torch.cuda.is_available(), "mps": torch.backends.mps.is_available(), "cpu": True}
    if config.device != "auto" and not there[config.device]:
        raise ValueError(f"device {config.device!r} is not on this machine; auto takes what is")
    kind = config.device if config.device != "auto" else next(kind for kind, usable in there.items() if usable)
    quick = _quick_bfloat16(kind) if config.precision == "auto" else config.precision == "bfloat16"
    return Placed(torch.device(kind), torch.bfloat16 if quick else torch.float32)


def _quick_bfloat16(kind: str) -> bool:
    if kind == "cuda":
        return torch.cuda.is_bf16_supported(including_emulation=False)
    return kind == "cpu" and (torch.cpu._is_avx512_bf16_supported() or torch.cpu._is_amx_tile_supported())


def build(config: Config, pictures: torch.Tensor, mean: torch.Tensor, std: torch.Tensor) -> nn.Sequential:
    """Return the model before its first step, training, in float32 and channels last, on the CPU.

    pictures: the training pictures, uint8, which whitening looks at. Draws from torch's own random numbers. Raises
    ValueError where the first layer is to be whitened and cannot be.
    """
    model = torch_model(config.network)[: config.network.logits].float().train()
    for module in model.modules():
        if isinstance(module, nn.BatchNorm1d | nn.BatchNorm2d):
            module.momentum = config.norm_momentum
    if config.whiten:
        if problem := whiten_problem(config.network):
            raise ValueError(problem)
        whiten(model, as_input(pictures[:PATCHES], mean, std))
    return model.to(memory_format=torch.channels_last)


def whiten(model: nn.Sequential, x: torch.Tensor) -> None:
    r"""Set the first convolution's kernels to the eigenvectors of its patches, and freeze them.

    $w_i = v_i / \sqrt{\lambda_i + \epsilon}$ for the patches' covariance, largest first, then $-w_i$: each output has
    variance near 1, and none tells what another does.

    Source: Page, "How to train your ResNet", part 8 (2019); Jordan, "94% on CIFAR-10 in 3.29 seconds" (2024).
    """
    height, width = model[0].kernel_size
    size = model[0].in_channels * height * width
    covariance, count = torch.zeros(size, size, dtype=torch.float64), 0
    for part in x.split(AT_ONCE):  # all patches of all pictures together would take gigabytes
        patches = part.unfold(2, height, 1).unfold(3, width, 1).permute(0, 2, 3, 1, 4, 5).reshape(-1, size).double()
        covariance, count = covariance + patches.T @ patches, count + len(patches)
    values, vectors = torch.linalg.eigh(covariance / count)
    kernels = (vectors / (values + EPS).sqrt()).T.flip(0)
    # eigh does not fix the sign: the largest part is made positive, so that every machine begins alike.
    kernels *= kernels.gather(1, kernels.abs().argmax(1, keepdim=True)).sign()
    both = torch.cat([kernels, -kernels])[: model[0].out_channels]
    with torch.no_grad():
        model[0].weight.copy_(both.reshape(model[0].weight.shape))
        if model[0].bias is not None:
            model[0].bias.zero_()
    model[0].weight.requires_grad_(False)


def optimiser(model: nn.Sequential, config: Config) -> torch.optim.Optimizer:
    """Return SGD with Nesterov momentum or AdamW; only weights of two axes or more decay."""
    trained = [p for p in model.parameters() if p.requires_grad]
    groups = [
        {"params": [p for p in trained if p.ndim > 1], "weight_decay": config.weight_decay},
        {"params": [p for p in trained if p.ndim <= 1], "weight_decay": 0.0},
    ]
    if config.optimiser == "adamw":
        return torch.optim.AdamW(groups, lr=config.lr, betas=(config.momentum, 0.99))
    return torch.optim.SGD(groups, lr=config.lr, momentum=config.momentum, nesterov=config.momentum > 0)
