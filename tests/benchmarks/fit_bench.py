"""Training in NumPy beside PyTorch: the same small network, pictures, batch size and threads, images a second.

As in engine_bench, each side is a process of its own, and the two take turns.
"""

import sys
import time

from tests.benchmarks.engine_bench import TURNS, _in_turn, _side
from tests.benchmarks.rows import Row

MODULE = "tests.benchmarks.fit_bench"
LEAST = 0.2  # of torch's images a second
SIZE, CLASSES, PICTURES, BATCH, RATE = 12, 10, 256, 32, 0.005


def rows() -> list[Row]:
    return [_row(threads) for threads in (1, 2)]


def _row(threads: int) -> Row:
    with _side("engine", threads, MODULE) as ours, _side("torch", threads, MODULE) as torch:
        ours_ms, torch_ms = _in_turn("epoch", ours, torch)
    on = "1 thread" if threads == 1 else f"{threads} threads"
    return Row.at_least(
        f"training in NumPy against torch, {on}",
        torch_ms / ours_ms,
        "× torch",
        LEAST,
        f"{PICTURES / ours_ms * 1e3:,.0f} images/s, torch {PICTURES / torch_ms * 1e3:,.0f}; small_network, "
        f"{SIZE}×{SIZE}, {CLASSES} classes, batches of {BATCH}, Adam, float32, median of {TURNS} epochs each",
    )


def _answer(library: str) -> None:
    """The other end of `_side`: trains an epoch for each line, and answers with its milliseconds."""
    from engine.data.drawings import CLASSES as NAMES
    from engine.learning.fit import drawn, fit, small_network, starting
    from engine.learning.optim import Adam

    data, network = drawn(NAMES[:CLASSES], SIZE, PICTURES, 0), small_network(CLASSES, SIZE)
    learner = starting(network, 0)

    if library == "engine":

        def epoch():
            nonlocal learner
            # One test picture: the epoch's evaluation is not what is compared.
            learner = next(
                fit(
                    learner, Adam(RATE), data.inputs, data.labels, data.test_inputs[:1], data.test_labels[:1],
                    epochs=1, batch_size=BATCH, seed=0,
                )
            ).learner  # fmt: skip
    else:
        import torch

        model = eval(network.code(), {"nn": torch.nn})
        model.load_state_dict({name: torch.from_numpy(value) for name, value in learner.parameters.items()})
        optimiser = torch.optim.Adam(model.parameters(), lr=RATE)
        inputs, labels = torch.from_numpy(data.inputs), torch.from_numpy(data.labels)

        def epoch():
            right = 0
            for which in torch.randperm(len(inputs)).split(BATCH):
                optimiser.zero_grad()
                logits = model(inputs[which])
                torch.nn.functional.cross_entropy(logits, labels[which]).backward()
                optimiser.step()
                right += int((logits.argmax(dim=1) == labels[which]).sum())

    for _ in sys.stdin:
        began = time.perf_counter()
        epoch()
        print((time.perf_counter() - began) * 1e3, flush=True)


if __name__ == "__main__":
    if len(sys.argv) > 1:
        _answer(sys.argv[1])
    else:
        for row in rows():
            print(f"{row.name:44} {row.value:.2f} {row.unit}; {row.detail}")
