"""What the pages that one learner has open share: the picture, and the link of each page as it was left."""

import time
from dataclasses import dataclass, field
from typing import Any

from pages.states.picture import Chosen


@dataclass(eq=False)
class Holder:
    """The picture that a learner's pages share; it lives as long as their session, or tab, which holds it.

    offered: a picture that the learner has brought, until the page takes it that asked for it. number: 0 while
    none has been chosen, and another one whenever one is. left: the link of each page as it was left, by its address.
    """

    picture: Chosen | None = None
    offered: Chosen | None = None
    number: int = 0
    left: dict[str, dict[str, str]] = field(default_factory=dict)

    @property
    def chosen(self) -> Chosen | None:
        """The picture for the next answer: one that waits before the others."""
        return self.offered or self.picture

    def choose(self, chosen: Chosen | None) -> None:
        """Make a picture the one that the pages share."""
        before, self.picture = self.picture, chosen
        same = before is not None and chosen is not None and before.text is not None and before.text == chosen.text
        if before is not chosen and not same:
            # Another one than in an earlier session, or before a reload: tabs keep links by it (remembered.js).
            self.number = max(self.number + 1, time.time_ns() // 1_000_000)

    def keep(self, page: str, state: Any, query: dict[str, str] | None, *, shares: bool = False) -> None:
        """Keep what a page shows: the link, and a picture that no link can hold, as an edit has left it.

        shares: the picture on show becomes the one that all pages share; none where it is the page's own first one.
        """
        chosen = getattr(state, "chosen", None)
        if shares:
            if self.offered and chosen.own is self.offered.own:
                self.offered = None
            self.choose(chosen if query else None)
        elif isinstance(chosen, Chosen) and chosen.text is None:
            self.picture = chosen
        if query is not None:
            self.left[page] = query
