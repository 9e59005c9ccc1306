"""The one list of lessons: which page teaches which layers. A layer without an entry fails a test."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Lesson:
    """A lesson page: its file in pages/, its title and icon in the menu, and the layers that it teaches."""

    file: str
    title: str
    icon: str
    layers: tuple[str, ...]


LESSONS = (Lesson("convolution.py", "Convolution", ":material/select_all:", ("Conv2d",)),)
