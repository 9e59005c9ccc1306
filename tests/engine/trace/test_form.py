"""The trace's form fits layers that are still to come: each sketched in it, checked, and encoded."""

import json

import numpy as np
import pytest

from engine.trace import NONE, Board, Cells, Partial, Phase, Trace
from engine.trace.payload import payload
from tests.engine.invariants import check


def phase(name, factors, operation, terms, writes, results, **options):
    """A phase of one group, S steps, with the usual settings filled in."""
    steps, count = terms.shape
    total = options.pop("before", results)
    return Phase(
        name=name, factors=factors, operation=operation, terms=terms, groups=np.zeros(count, int),
        group_names=("",), grid=options.pop("grid", (1, count)), partials=(Partial("sum", total, group=0),),
        before=total, results=results, writes=writes, page=np.zeros(steps, int), say="", **options,
    )  # fmt: skip


def encoded(trace):
    check(trace)
    return json.loads(json.dumps(payload(trace)))


def test_max_pooling_reduces_by_the_largest_and_windows_may_be_ragged():
    x = np.array([[3.0, 1.0, 4.0], [1.0, 5.0, 9.0]])
    index = np.array([[0, 1, 3, 4], [2, 5, NONE, NONE]])  # ceil_mode: the second window hangs over the edge
    terms = np.where(index == NONE, -np.inf, x.ravel()[index])
    y = terms.max(axis=1)
    trace = Trace(
        layer=None, title="max", formula="",
        boards=(Board("input", "input", x[None], ("C", "H", "W"), "input"),
                Board("output", "output", y.reshape(1, 1, 2), ("C", "H", "W"), "output", hidden=True)),
        phases=(phase("max", (Cells("input", index),), "", np.where(index == NONE, 0, terms),
                      Cells("output", np.arange(2)), y, reduce="max", grid=(2, 2)),),
    )  # fmt: skip
    assert trace.output.tolist() == [[[5.0, 9.0]]]
    assert [len(step.terms) for step in trace.steps] == [4, 2]
    assert encoded(trace)["phases"][0]["reduce"] == "max"


def test_softmax_is_three_phases_through_scratch_boards():
    z = np.array([7.86, 8.78, 9.64])
    e, every = np.exp(z), np.arange(3)
    total = np.array([e.sum()])
    p = e / total
    boards = tuple(
        Board(name, role, values, ("C",), name)
        for name, role, values in (("input", "input", z), ("exponentials", "scratch", e),
                                   ("total", "scratch", total), ("output", "output", p))
    )  # fmt: skip
    phases = (
        phase("exponentials", (Cells("input", every[:, None]),), "", z[:, None], Cells("exponentials", every), e,
              before=z, finish="exp"),
        phase("their sum", (Cells("exponentials", every[None]),), "", e[None], Cells("total", np.zeros(1, int)), total),
        phase("quotients", (Cells("exponentials", every[:, None]), Cells("total", np.zeros((3, 1), int))), "÷",
              p[:, None], Cells("output", every), p),
    )  # fmt: skip
    trace = Trace(layer=None, title="softmax", formula="", boards=boards, phases=phases)
    assert np.round(trace.output, 4).tolist() == [0.1059, 0.2658, 0.6282]
    assert len(trace.steps) == 7 and trace.steps[-1].result == p[2]
    assert [trace.steps.first(phase.name) for phase in phases] == [0, 3, 4]
    assert trace.factors(trace.steps[-1].terms[0]) == [e[2], e.sum()]
    with pytest.raises(KeyError, match="no phase 'sum'; this trace has exponentials, their sum, quotients"):
        trace.steps.first("sum")
    assert [p["finish"] for p in encoded(trace)["phases"]] == ["exp", "", ""]


def test_the_gradient_of_a_weight_is_a_step_with_the_positions_that_it_multiplied():
    rng = np.random.default_rng(0)
    x, g = rng.integers(0, 4, (1, 4, 4)).astype(float), rng.integers(-2, 3, (1, 2, 2)).astype(float)
    places = np.add.outer(np.array([0, 1, 2, 4, 5, 6, 8, 9, 10]), np.array([0, 1, 4, 5]))  # 3 × 3 weights
    gradients = np.broadcast_to(np.arange(4), places.shape)
    terms = x.ravel()[places] * g.ravel()[gradients]
    trace = Trace(
        layer=None, title="gradient of the kernel", formula="", output_board="weight gradient",
        boards=(Board("input", "input", x, ("C", "H", "W"), "input"),
                Board("output gradient", "gradient", g, ("C", "H", "W"), "gradient of the output"),
                Board("weight gradient", "gradient", terms.sum(1).reshape(1, 3, 3), ("C", "H", "W"), "gradient")),
        phases=(phase("weight", (Cells("input", places), Cells("output gradient", gradients)), "×", terms,
                      Cells("weight gradient", np.arange(9)), terms.sum(axis=1), grid=(2, 2)),),
    )  # fmt: skip
    expected = [[(x[0, u : u + 2, v : v + 2] * g[0]).sum() for v in range(3)] for u in range(3)]
    assert trace.output[0].tolist() == expected
    encoded(trace)
