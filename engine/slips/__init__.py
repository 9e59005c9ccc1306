"""What a learner can be asked, the numbers that usual slips make, and the verdict on an answer.

    blank = asked(trace, step, "result")      a Blank: the answer, how it is shown, the slips that give a wrong one
    judge(blank, 3.0, decimals=0)             a Verdict: right, a slip with its sentence, or where to look

`engine.slips.sizes`, `counts` and `steps` make blanks of what has no trace: sizes, parameters, an optimiser's step.
"""

from engine.slips.form import Blank, Slip, Verdict, judge
from engine.slips.trace import asked, asking, targets

__all__ = ["Blank", "Slip", "Verdict", "asked", "asking", "judge", "targets"]
