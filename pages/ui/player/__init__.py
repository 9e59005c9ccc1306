"""The player's Python side."""

from pages.ui.player.component import player, standalone

__all__ = ["player", "standalone"]
