"""What a training reports of its network: answers on a test set, filters, sample predictions, gradients, dead ReLUs."""

from dataclasses import dataclass

import torch
from torch import nn
from torch.nn.functional import cross_entropy

from engine.network.blocks import called
from engine.pytorch.augment import as_input, views
from engine.training.config import Config

TEST_BATCH = 500
SAMPLES = 12
LOOKED_AT = 256  # how many test pictures decide which ReLUs are dead


@dataclass(frozen=True)
class Statistics:
    """Mean and standard deviation by channel, and where the network computes."""

    mean: torch.Tensor
    std: torch.Tensor

    def input(self, pictures: torch.Tensor) -> torch.Tensor:
        return as_input(pictures, self.mean, self.std)


@torch.no_grad()
def logits(
    model: nn.Module, pictures: torch.Tensor, stats: Statistics, flips: bool = False, shifts: bool = False
) -> torch.Tensor:
    """Return the evaluating model's logits (N, K), float32: the mean over a picture's `views` with flips and shifts."""
    was = model.training
    model.eval()
    answers = []
    for part in pictures.split(TEST_BATCH):
        seen = views(stats.input(part), flips, shifts)
        answers.append(sum(model(view).float() for view in seen) / len(seen))
    model.train(was)
    return torch.cat(answers)


def tested(answers: torch.Tensor, labels: torch.Tensor) -> tuple[float, float]:
    """Return mean cross-entropy (nats) and the share of right answers."""
    return cross_entropy(answers, labels).item(), (answers.argmax(1) == labels).float().mean().item()


def sample_places(labels: torch.Tensor) -> list[int]:
    """Return the places of twelve test pictures to watch: the first of each class, then the second, and so on."""
    seen: dict[int, int] = {}
    turns = []
    for place, label in enumerate(labels[:5000].tolist()):
        seen[label] = seen.get(label, 0) + 1
        turns.append((seen[label], place))
    return sorted(place for _, place in sorted(turns)[:SAMPLES])


def per_class(answers: torch.Tensor, labels: torch.Tensor) -> list[float | None]:
    """Return the share of right answers among the pictures of each class; None for a class without any."""
    answers, labels = answers.cpu(), labels.cpu()
    right = (answers.argmax(1) == labels).double()
    count = torch.bincount(labels, minlength=answers.shape[1]).double()
    hits = torch.bincount(labels, right, minlength=answers.shape[1])
    return [float(h / n) if n else None for h, n in zip(hits, count, strict=True)]


def filters(model: nn.Module) -> dict | None:
    """Return kernels to watch: shape (O, C, H, W), values in C order, four digits, their layer, from 1, and `channels`.

    They belong to the first convolution; where that is whitened, and so never changes, to the first that is trained.
    Where they have other than three channels, C is 1 and the values are the means of all `channels`.
    """
    every = [(name, module) for name, module in model.named_modules() if isinstance(module, nn.Conv2d)]
    if not every:
        return None
    name, convolution = next((one for one in every if one[1].weight.requires_grad), every[0])
    weight = convolution.weight.detach().float().cpu()
    shown = weight if weight.shape[1] == 3 else weight.mean(1, keepdim=True)
    values = [float(f"{v:.4g}") for v in shown.flatten().tolist()]
    place = int(name.partition(".")[0]) + 1
    return {"shape": list(shown.shape), "values": values, "layer": place, "channels": weight.shape[1]}


def samples(answers: torch.Tensor, labels: torch.Tensor, places: list[int]) -> list[dict]:
    """Return each sample's index in the test set, its label, and its three likeliest classes."""
    likely = answers.softmax(1).topk(min(3, answers.shape[1]))
    return [
        {
            "index": place,
            "label": int(label),
            "top": [[int(k), round(float(p), 4)] for p, k in zip(*parts, strict=True)],
        }
        for place, label, *parts in zip(places, labels, likely.values, likely.indices, strict=True)
    ]


def gradient_norms(model: nn.Module) -> torch.Tensor:
    """Return each layer's gradient norm (over its weight and bias), for layers that are trained."""
    return torch.stack([
        torch.stack(torch._foreach_norm([p.grad for p in own])).norm() for _, own in trained_layers(model)
    ])  # fmt: skip


def trained_layers(model: nn.Module) -> list[tuple[int, list[nn.Parameter]]]:
    """Return the place of each layer with trained parameters, and these."""
    layers = []
    for k, module in enumerate(model):
        own = [p for p in module.parameters() if p.requires_grad]
        if own:
            layers.append((k, own))
    return layers


def named(config: Config, k: int) -> dict:
    """Return the name of a layer: its number from 1, and its class."""
    return {"layer": k + 1, "name": called(config.network.layers[k])}


def finite(model: nn.Module) -> bool:
    """Return whether every parameter and buffer is a number."""
    numbers = [t for t in model.state_dict().values() if t.is_floating_point()]
    return bool(torch.isfinite(torch.stack(torch._foreach_norm(numbers))).all())


@torch.no_grad()
def dead(model: nn.Module, pictures: torch.Tensor, stats: Statistics, config: Config) -> list[dict]:
    """Return, for each ReLU, the share of its channels (or neurons) that are 0 at every place of every picture."""
    shares: dict[str, dict] = {}

    def looked(place: str):
        def look(module, taken, out):
            alive = (out > 0).flatten(2).any(2) if out.ndim > 2 else out > 0
            relu = {**named(config, int(place.partition(".")[0])), "share": 1 - alive.any(0).float().mean().item()}
            # Two ReLUs of one block have the block's number; the one inside says where it is.
            inside = place.partition(".")[2]
            shares[place] = {**relu, "name": f"{relu['name']} {inside}"} if inside else relu

        return look

    kinds = nn.ReLU | nn.ReLU6
    hooks = [m.register_forward_hook(looked(name)) for name, m in model.named_modules() if isinstance(m, kinds)]
    was = model.training
    model.eval()
    model(stats.input(pictures[:LOOKED_AT]))
    model.train(was)
    for hook in hooks:
        hook.remove()
    return list(shares.values())
