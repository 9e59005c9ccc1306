"""A run as it trains. The script draws it once; what follows is asked for at pages/live.py, without a script run."""

from engine.training.runs import Asker, Run
from pages.states.sheet import words
from pages.states.training import watch
from pages.ui.draw import plotly
from pages.ui.draw.component import component

STYLES = ("sheet/sheet.css", "training/training.css")


def draw(run: Run, asker: Asker) -> bool:
    """Draw a run for who asks; return whether it trains, or is to. The script runs again where that changes."""
    answer = watch.shown(run.id, asker).answer
    component("training/watch.js", *STYLES)(
        key=f"training.watch.{run.id}",
        data={
            "path": watch.path(run.id),
            "answer": answer,
            "tick": watch.TICK_S * 1000,
            "plotly": plotly.ADDRESS,
            "words": words.ENGLISH,
        },
        on_turned_change=lambda: None,
    )
    return answer["active"]
