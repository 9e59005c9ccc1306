"""The player's Python side."""

from pages.ui.player.component import module_source, player, standalone, style_source

__all__ = ["module_source", "player", "standalone", "style_source"]
