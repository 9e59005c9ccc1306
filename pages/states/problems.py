"""What a link, or a part of one, could not say: a sentence each."""

from collections.abc import Callable
from typing import Any

from engine.writing.display import sentence


class Problems(list[str]):
    """Sentences, gathered while a link is read as far as it can be."""

    def attempt(self, read: Callable, *arguments: Any, default: Any = None) -> Any:
        """Return read(*arguments); where that raises ValueError, keep its sentence and return the default."""
        try:
            return read(*arguments)
        except ValueError as error:
            self.append(sentence(error))
            return default
