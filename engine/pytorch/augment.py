"""Whole batches of pictures as tensors: changed by chance, each picture differently, and made the network's input."""

import torch

from engine.training.config import Config


def augment(pictures: torch.Tensor, config: Config) -> torch.Tensor:
    """Return uint8 pictures (N, C, H, W) moved, mirrored and blanked by chance, as the settings say.

    The random numbers are the CPU's, wherever the pictures lie, so that every device sees the same pictures. Quickest
    where the pictures lie channels last.
    """
    count, (height, width) = len(pictures), pictures.shape[2:]
    corners = torch.randint(0, 2 * config.shift + 1, (2, count)) if config.shift else torch.zeros(2, count).long()
    mirrored = torch.rand(count) < 0.5 if config.flip else torch.zeros(count, dtype=torch.bool)
    if config.shift or config.flip:
        pictures = moved(pictures, corners, config.shift, mirrored)
    if config.cutout:
        corners = torch.rand(2, count) * torch.tensor([[height + 1.0], [width + 1.0]])
        pictures = blanked(pictures, corners.long() - config.cutout // 2, config.cutout)
    return pictures


def moved(pictures: torch.Tensor, corners: torch.Tensor, most: int, mirrored: torch.Tensor) -> torch.Tensor:
    """Return each picture cut out of itself with `most` reflected pixels around it, the mirrored ones left to right.

    corners: (2, N), each cut's first row and column in the wider picture: `most` leaves it where it is. mirrored: (N,).
    """
    count, channels, height, width = pictures.shape
    device = pictures.device
    corners, mirrored = corners.to(device)[:, :, None], mirrored.to(device)[:, None]
    columns = torch.arange(width, device=device).expand(count, width)
    columns = _reflected(width, most, device)[corners[1] + torch.where(mirrored, width - 1 - columns, columns)]
    rows = _reflected(height, most, device)[corners[0] + torch.arange(height, device=device)]
    rows = rows + height * torch.arange(count, device=device)[:, None]
    places = rows[:, :, None] * width + columns[:, None, :]
    pixels = pictures.permute(0, 2, 3, 1).reshape(-1, channels)
    return pixels.index_select(0, places.flatten()).view(count, height, width, channels).permute(0, 3, 1, 2)


def blanked(pictures: torch.Tensor, corners: torch.Tensor, side: int) -> torch.Tensor:
    """Return the pictures, each with a square of mid-grey; corners (2, N) may lie outside."""
    height, width = pictures.shape[2:]
    corners = corners.to(pictures.device)[:, :, None]
    rows = torch.arange(height, device=pictures.device) - corners[0]
    columns = torch.arange(width, device=pictures.device) - corners[1]
    inside = ((rows >= 0) & (rows < side))[:, :, None] & ((columns >= 0) & (columns < side))[:, None, :]
    return pictures.masked_fill(inside[:, None], 127)


def views(x: torch.Tensor, flips: bool, shifts: bool) -> list[torch.Tensor]:
    """Return the inputs of a test (N, C, H, W), and the changed copies of them.

    shifts: also moved by a pixel up left, and down right, the border reflected. flips: also each of these mirrored.
    Source: Jordan, "94% on CIFAR-10 in 3.29 seconds" (2024); there the ones that were not moved count twice.
    """
    seen = [x]
    if shifts:
        wide = torch.nn.functional.pad(x, (1, 1, 1, 1), mode="reflect")
        seen += [wide[:, :, 2:, 2:], wide[:, :, :-2, :-2]]
    return seen + [view.flip(3) for view in seen] if flips else seen


def as_input(pictures: torch.Tensor, mean: torch.Tensor, std: torch.Tensor) -> torch.Tensor:
    """Return (pictures/255 − mean) / std for uint8 (N, C, H, W), channels last; mean, std: (C,), of pictures/255."""
    scale, move = 1 / (255 * std), -mean / std
    x = pictures.to(torch.float32, memory_format=torch.channels_last)
    return x.mul_(scale[:, None, None]).add_(move[:, None, None])


def statistics(pictures: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """Return mean and standard deviation of each channel of pictures/255, each (C,), to six decimals."""
    counts = torch.stack([torch.bincount(pictures[:, c].flatten(), minlength=256) for c in range(pictures.shape[1])])
    share, level = counts.double() / counts.sum(1, keepdim=True), torch.arange(256, dtype=torch.float64) / 255
    mean = share @ level
    std = ((share * (level - mean[:, None]) ** 2).sum(1)).sqrt().clamp_min(1e-3)
    return mean.float().round(decimals=6), std.float().round(decimals=6)


def _reflected(size: int, most: int, device) -> torch.Tensor:
    """Return the indices 0 … size − 1, and `most` more at each end: mirrored, with no edge cell repeated."""
    places = torch.arange(-most, size + most, device=device).abs()
    return torch.where(places < size, places, 2 * (size - 1) - places)
