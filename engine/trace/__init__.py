"""What a layer did, step by step, as data; its gradients, formulas and JSON form."""

from engine.trace.form import NONE, Board, Cells, Partial, Phase, Reduce, Role, Step, Steps, Term, Trace

__all__ = ["NONE", "Board", "Cells", "Partial", "Phase", "Reduce", "Role", "Step", "Steps", "Term", "Trace"]
