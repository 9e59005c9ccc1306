"""What each mistake is called: as in engine.slips, and what only code can do."""

from engine.slips.names import TITLES as SLIPS

TITLES = {
    **SLIPS,
    "axis": "sum or mean along the wrong axis",
    "batch-mean": "divided by the batch size",
    "bias-per-product": "bias added once per product",
    "cut-off": "halves cut off",
    "every-filter": "the same filter for all outputs",
    "gradient-overwritten": "gradient overwritten, not added",
    "one-picture": "one picture alone",
    "padding-gradient": "padding not cut off the gradient",
    "padding-side": "padding on one side alone",
    "padding-value": "padding with other numbers than 0",
    "place-forgotten": "last row or column not reached",
    "running-kept": "running statistics not updated",
    "running-swapped": "momentum on the wrong side",
    "shape-lost": "not put back into its shape",
    "velocity-alone": "velocity for the new number",
    "winner-value": "largest number for its gradient",
    "zero-start": "maximum begun at 0",
}
