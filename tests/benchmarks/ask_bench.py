"""An exercise with its slips, and a verdict on an answer, in processor time, without a browser."""

import json
import statistics
import time

from engine.exercises import KINDS, LEVELS, exercise
from engine.slips import judge
from tests.benchmarks.rows import Row

SEEDS = 6
EXERCISE, VERDICT = 50.0, 4.0  # ms, p95


def rows() -> list[Row]:
    made, judged = [], []
    for kind in KINDS:
        for level in LEVELS:
            for seed in range(SEEDS):
                began = time.process_time()
                one = exercise(kind, level, seed)
                json.dumps(one.json())
                made.append(1e3 * (time.process_time() - began))
                blank = one.problem.items[-1].blank
                for given in [slip.value for slip in blank.slips] + [blank.answer]:
                    began = time.process_time()
                    judge(blank, given)
                    judged.append(1e3 * (time.process_time() - began))
    detail = f"{len(KINDS)} kinds, {len(LEVELS)} levels, {SEEDS} seeds each; p50 {statistics.median(made):.1f} ms"
    return [
        Row.at_most("an exercise with its slips, as JSON (p95)", quantile(made), "ms", EXERCISE, detail),
        Row.at_most("a verdict on an answer (p95)", quantile(judged), "ms", VERDICT, f"{len(judged)} answers"),
    ]


def quantile(times: list[float]) -> float:
    return sorted(times)[int(0.95 * len(times))]
