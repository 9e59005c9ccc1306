"""Pasted PyTorch code → a network. The code is read, never run: each of its expressions is looked at, or refused.

class Net(nn.Module): …   ·   model = nn.Sequential(nn.Conv2d(3, 16, 3, padding=1), nn.ReLU(), …)   ·   print(model)
"""

from engine.network.reading.python.limits import MAX_LAYERS, MAX_TEXT, Unread
from engine.network.reading.read import Reading, layers_of, read

__all__ = ["MAX_LAYERS", "MAX_TEXT", "Reading", "Unread", "layers_of", "read"]
