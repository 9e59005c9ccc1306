"""The loop beside a plain one in torch, its events, its checkpoints, its ends."""

import json
import math
from dataclasses import replace

import numpy as np
import pytest
import torch
from safetensors import SafetensorError
from safetensors.torch import save_file

from engine.pytorch import checkpoint
from engine.pytorch.loop import train
from engine.training import files
from engine.training.history import history
from tests.engine.training.small import NETWORK, config, data


@pytest.fixture(scope="module")
def pictures():
    return data()


def weights(folder):
    return checkpoint.read(folder / files.WEIGHTS)[0]


def same(a, b):
    return a.keys() == b.keys() and all(torch.equal(a[name], b[name]) for name in a)


def words(*sequence):
    """Return a control that says these words, one a step, and then "run"."""
    left = iter(sequence)
    return lambda: next(left, "run")


@pytest.mark.parametrize("optimiser", ["sgd", "adamw"])
@pytest.mark.parametrize("schedule", ["constant", "cosine", "one-cycle"])
def test_losses_are_those_of_a_plain_loop(pictures, optimiser, schedule):
    settings = config(
        optimiser=optimiser, schedule=schedule, lr=0.01, flip=False, shift=0, precision="float32", label_smoothing=0.1,
        weight_decay=0.01,
    )  # fmt: skip
    told = history(train(settings, pictures)).loss

    torch.manual_seed(0)
    from engine.pytorch.modules import torch_model

    model = torch_model(NETWORK).float().train().to(memory_format=torch.channels_last)
    decayed = [p for p in model.parameters() if p.ndim > 1]
    groups = [
        {"params": decayed, "weight_decay": 0.01},
        {"params": [p for p in model.parameters() if p.ndim <= 1], "weight_decay": 0.0},
    ]
    if optimiser == "sgd":
        chosen = torch.optim.SGD(groups, lr=0.01, momentum=0.9, nesterov=True)
    else:
        chosen = torch.optim.AdamW(groups, lr=0.01, betas=(0.9, 0.99))
    rates = {
        "constant": lambda t: 1.0,
        "cosine": lambda t: 0.5 * (1 + math.cos(math.pi * t / 16)),
        "one-cycle": lambda t: 0.2 + 0.8 * t / 3.2 if t < 3.2 else (16 - t) / 12.8,
    }
    following = torch.optim.lr_scheduler.LambdaLR(chosen, rates[schedule])
    x = pictures.train_images.float() / 255
    mean, std = x.mean((0, 2, 3)), x.std((0, 2, 3), correction=0)
    x = ((x - mean[:, None, None]) / std[:, None, None]).to(memory_format=torch.channels_last)
    plain = []
    for _ in range(2):
        order = torch.randperm(400)
        for k in range(8):
            batch = order[50 * k : 50 * k + 50]
            loss = torch.nn.functional.cross_entropy(model(x[batch]), pictures.train_labels[batch], label_smoothing=0.1)
            chosen.zero_grad()
            loss.backward()
            chosen.step()
            following.step()
            plain.append(loss.item())
    np.testing.assert_allclose(told, plain, atol=2e-3)
    assert len(told) == 16


def test_it_learns(pictures):
    told = history(train(config(epochs=6, lr=0.05, precision="float32"), pictures))
    assert told.end["event"] == "finished" and told.end["test_accuracy"] > 0.7
    assert np.mean(told.loss[-8:]) < 0.7 * np.mean(told.loss[:8])


def test_events_say_what_happened_and_json_holds_them(pictures, tmp_path):
    events = list(train(config(), pictures, folder=tmp_path))
    assert json.loads(json.dumps(events, allow_nan=False)) == events
    kinds = [event["event"] for event in events]
    assert kinds[0] == "start" and kinds[-1] == "finished" and kinds.count("epoch") == 2 and "look" in kinds
    assert [e["seconds"] for e in events] == sorted(e["seconds"] for e in events)
    start, told = events[0], history(events)
    assert (start["steps"], start["steps_per_epoch"], start["parameters"]) == (16, 8, NETWORK.parameter_count)
    assert (told.step, len(told.lr), told.steps) == (16, 16, 16)
    epoch = told.epochs[0]
    assert [norm["layer"] for norm in epoch["gradient_norms"]] == [1, 4, 6, 10]
    assert [unit["layer"] for unit in epoch["dead"]] == [2, 7]
    assert told.look["filters"]["shape"] == [8, 3, 3, 3] and len(told.look["filters"]["values"]) == 216
    assert len(told.look["samples"]) == 12 and {s["label"] for s in told.look["samples"]} == {0, 1, 2, 3}
    assert sum(p for _, p in told.look["samples"][0]["top"]) <= 1.0001


def test_what_it_says_of_the_test_set_is_what_the_weights_say(pictures, tmp_path):
    """The NumPy engine runs the weights that were written, and comes to the same answers."""
    *_, end = train(config(precision="float32"), pictures, folder=tmp_path)
    held, header = checkpoint.read(tmp_path / files.WEIGHTS)
    mean, std = (np.array(header[key])[:, None, None] for key in ("mean", "std"))
    x = (pictures.test_images.numpy() / 255 - mean) / std
    parameters = {name: tensor.double().numpy() for name, tensor in held.items()}
    logits = NETWORK.forward(x, parameters)[-1]
    answers = checkpoint.read(tmp_path / files.ANSWERS)[0]
    shares = np.exp(logits - logits.max(1, keepdims=True))
    np.testing.assert_allclose(answers["probabilities"], shares / shares.sum(1, keepdims=True), atol=1e-4)
    right = logits.argmax(1) == pictures.test_labels.numpy()
    assert end["test_accuracy"] == round(right.mean(), 5) == header["test_accuracy"]
    for k, share in enumerate(end["per_class"]):
        assert share == pytest.approx(right[pictures.test_labels.numpy() == k].mean())


@pytest.mark.parametrize("optimiser", ["sgd", "adamw"])
@pytest.mark.parametrize("step", [3, 8, 11])
def test_a_stopped_training_goes_on_to_the_same_weights(pictures, tmp_path, optimiser, step):
    settings = config(optimiser=optimiser, lr=0.01, cutout=4)
    whole, parts = tmp_path / "whole", tmp_path / "parts"
    for folder in (whole, parts):
        folder.mkdir()
    list(train(settings, pictures, folder=whole))
    first = list(train(settings, pictures, folder=parts, control=words(*["run"] * step, "stop")))
    assert first[-1]["event"] == "stopped" and first[-1]["step"] == step
    then = list(train(settings, pictures, folder=parts, resume=True))
    assert then[0]["resumed_from"] == step / 8
    assert same(weights(whole), weights(parts))
    told = history([*first, *then])
    assert told.step == 16 and len(told.epochs) == 2


def test_a_pause_changes_nothing_and_its_time_is_not_counted(pictures):
    plain = history(train(config(), pictures))
    events = list(train(config(), pictures, control=words("run", "run", *["pause"] * 12, "run")))
    kinds = [event["event"] for event in events]
    assert kinds.index("resumed") == kinds.index("paused") + 1
    assert history(events).loss == plain.loss
    paused, resumed = (events[kinds.index(kind)]["seconds"] for kind in ("paused", "resumed"))
    assert resumed - paused < 0.1


def test_a_stop_during_a_pause_is_a_stop(pictures, tmp_path):
    events = list(train(config(), pictures, folder=tmp_path, control=words("run", "pause", "pause", "stop")))
    assert events[-1]["event"] == "stopped" and (tmp_path / files.CHECKPOINT).exists()


def test_a_training_that_diverges_says_so_and_what_to_change(pictures, tmp_path):
    events = list(train(config(lr=1e6 / 1e3, schedule="constant", momentum=0.99), pictures, folder=tmp_path))
    assert events[-1]["event"] == "diverged" and json.dumps(events, allow_nan=False)
    assert "learning rate" in events[-1]["advice"][0] and "0.99" in " ".join(events[-1]["advice"])
    told = history(events)
    assert told.step == events[-1]["step"] - 1 and all(map(math.isfinite, told.loss))


def test_weights_that_the_last_step_of_an_epoch_spoils_are_not_written(pictures, tmp_path):
    """The loss of a step is that before it: only the test after the epoch would show what it did."""
    settings = config(batch_size=5000, lr=1000.0, weight_decay=1.0, schedule="constant", precision="float32", epochs=60)
    *before, end = train(settings, pictures, folder=tmp_path)
    assert end["event"] == "diverged" and json.dumps(before, allow_nan=False)
    if (tmp_path / files.WEIGHTS).exists():
        assert all(torch.isfinite(t).all() for t in weights(tmp_path).values())


def test_a_weight_that_is_no_number_ends_the_training_before_anything_is_written(pictures, tmp_path, monkeypatch):
    monkeypatch.setattr("engine.pytorch.measure.finite", lambda model: False)
    events = list(train(config(), pictures, folder=tmp_path))
    assert events[-1]["event"] == "diverged" and "weight" in events[-1]["what"]
    assert not list(tmp_path.iterdir())


def test_dead_units_inside_a_block_are_found(pictures):
    from engine.layers import Conv2d, Flatten, Linear, MaxPool2d, ReLU
    from engine.network import Network
    from engine.network.blocks import Residual

    block = Residual((Conv2d(3, 3, 3, padding=1), ReLU()), (), ReLU())
    network = Network((3, 32, 32), (block, MaxPool2d(8), Flatten(), Linear(48, 4)))
    told = history(train(config(network=network, epochs=1), pictures))
    assert [(unit["layer"], unit["name"]) for unit in told.epochs[0]["dead"]] == [
        (1, "Residual body.1"), (1, "Residual activation"),
    ]  # fmt: skip
    assert told.look["filters"]["shape"] == [3, 3, 3, 3]


def test_images_a_second_are_those_of_training_whatever_else_takes_its_time(pictures, monkeypatch):
    """A step takes a hundredth of a second here, each look at test pictures a hundred seconds."""
    from types import SimpleNamespace

    from engine.pytorch import loop, training

    clock = SimpleNamespace(now=0.0)

    def slow(function, seconds):
        def run(*given):
            clock.now += seconds
            return function(*given)

        return run

    times = SimpleNamespace(perf_counter=lambda: clock.now, strftime=lambda form: form)
    for module in (loop, training):
        monkeypatch.setattr(module, "time", times)
    monkeypatch.setattr(training, "augment", slow(training.augment, 0.01))
    monkeypatch.setattr(training.measure, "logits", slow(training.measure.logits, 100.0))
    told = history(train(config(epochs=3), pictures))
    assert [rate for _, rate in told.rates] == pytest.approx([50 / 0.01] * len(told.rates))


def test_the_seed_decides_everything(pictures):
    def losses(seed):
        return history(train(config(seed=seed, epochs=1), pictures)).loss

    assert losses(3) == losses(3) != losses(4)


def test_whitening_makes_the_first_outputs_independent_and_leaves_its_kernels(pictures, tmp_path):
    from engine.training.presets import whitened

    settings = config(network=whitened(8, 8, 8), whiten=True, precision="float32", epochs=1)
    list(train(settings, pictures, folder=tmp_path))
    held, header = checkpoint.read(tmp_path / files.WEIGHTS)
    mean, std = (torch.tensor(header[key])[:, None, None] for key in ("mean", "std"))
    x = (pictures.train_images / 255 - mean) / std
    out = torch.nn.functional.conv2d(x, held["0.weight"][:12]).transpose(0, 1).flatten(1)
    covariance = out @ out.T / out.shape[1]
    assert (covariance - torch.diag(covariance.diag())).abs().max() < 0.02
    assert covariance.diag().min() > 0.5 and covariance.diag().max() < 1.05
    assert torch.equal(held["0.weight"][:12], -held["0.weight"][12:])


def test_whitening_needs_a_first_layer_that_can_take_it(pictures):
    from engine.layers import Flatten, Linear
    from engine.network import Network

    settings = config(network=Network((3, 32, 32), (Flatten(), Linear(3072, 4))), whiten=True)
    with pytest.raises(ValueError, match="whiten needs a first layer Conv2d"):
        next(train(settings, pictures))


def test_the_last_layer_takes_as_many_classes_as_the_data_has(tmp_path):
    three = data(60, 30, ("disc", "bars", "plus"))
    start = next(train(config(), three, folder=tmp_path))
    assert start["layers"][-1] == "Linear-108-3"


def test_a_batch_larger_than_the_data_is_the_whole_data(pictures):
    told = history(train(config(batch_size=5000), pictures))
    assert (told.start["steps_per_epoch"], told.step) == (1, 2)


def test_a_checkpoint_of_other_settings_is_refused(pictures, tmp_path):
    list(train(config(epochs=1), pictures, folder=tmp_path))
    with pytest.raises(ValueError, match="other settings"):
        next(train(config(epochs=1, lr=0.2), pictures, folder=tmp_path, resume=True))
    other = replace(NETWORK, layers=(*NETWORK.layers[:5], *NETWORK.layers[8:])).fitted()
    with pytest.raises(ValueError, match="does not fit this training"):
        next(train(config(network=other), pictures, folder=tmp_path, resume=True))


def test_a_checkpoint_from_before_a_setting_was_there_goes_on(pictures, tmp_path):
    list(train(config(epochs=1), pictures, folder=tmp_path))
    tensors, header = checkpoint.read(tmp_path / files.CHECKPOINT)
    del header["config"]["test_shifts"]
    checkpoint.write(tmp_path / files.CHECKPOINT, tensors, header)
    assert next(train(config(epochs=1), pictures, folder=tmp_path, resume=True))["resumed_from"] == 1


def test_a_checkpoint_of_other_pictures_is_refused(tmp_path):
    before = replace(data(60, 30), key="abc")
    list(train(config(epochs=1), before, folder=tmp_path))
    more, fewer = replace(data(61, 30), key="abd"), replace(data(60, 29), key="abd")
    others = [
        (more, "there were 60 to train and are 61"),
        (fewer, "there were 30 to test and are 29"),
        (replace(before, key="abd"), "there are as many, but files were"),
        (
            replace(before, classes=("disc", "ring", "cross", "bars")),
            "the classes were disc, square, .* and are disc, r",
        ),
        (data(60, 30, ("disc", "bars", "plus")), r"the classes were .* \(4\) and are disc, bars, plus \(3\)"),
    ]
    for now, said in others:
        with pytest.raises(ValueError, match=f"the pictures have changed since the checkpoint was written: {said}"):
            next(train(config(epochs=1), now, folder=tmp_path, resume=True))
    assert next(train(config(epochs=1), before, folder=tmp_path, resume=True))["resumed_from"] == 1


def test_a_checkpoint_from_before_pictures_were_noted_goes_on_where_its_order_fits(tmp_path):
    list(train(config(batch_size=20), data(60, 30), folder=tmp_path, control=words("run", "stop")))
    tensors, header = checkpoint.read(tmp_path / files.CHECKPOINT)
    del header["pictures"]
    checkpoint.write(tmp_path / files.CHECKPOINT, tensors, header)
    with pytest.raises(ValueError, match="there were 60 to train and are 40"):
        next(train(config(batch_size=20), data(40, 30), folder=tmp_path, resume=True))
    others = replace(data(60, 30), key="abc")
    assert next(train(config(batch_size=20), others, folder=tmp_path, resume=True))["resumed_from"] == 1 / 3


@pytest.mark.parametrize("content", [b"", b"\x08\0\0\0\0\0\0\0{}      ", b"\xff" * 64])
def test_a_broken_checkpoint_is_a_sentence(pictures, tmp_path, content):
    (tmp_path / files.CHECKPOINT).write_bytes(content)
    with pytest.raises(ValueError, match="cannot be read"):
        next(train(config(), pictures, folder=tmp_path, resume=True))


def flip(path, at: int) -> None:
    """Flip one bit of a file, counted from its end."""
    held = bytearray(path.read_bytes())
    held[-at] ^= 1
    path.write_bytes(held)


@pytest.mark.parametrize("damage", ["flipped", "cut short", "gone"])
def test_a_damaged_checkpoint_is_met_by_the_one_before_and_a_sentence(pictures, tmp_path, damage):
    whole, folder = tmp_path / "whole", tmp_path / "damaged"
    for place in (whole, folder):
        place.mkdir()
    for _ in train(config(epochs=3), pictures, folder=whole):
        pass
    per_epoch = 400 // 50
    for _ in train(config(epochs=3), pictures, folder=folder, control=words(*["run"] * (2 * per_epoch + 1), "stop")):
        pass
    path = folder / files.CHECKPOINT
    if damage == "flipped":
        flip(path, 1000)
    elif damage == "cut short":
        path.write_bytes(path.read_bytes()[:-1])
    else:  # killed between putting the old one aside and the new one in its place
        path.unlink()
    start, *events = train(config(epochs=3), pictures, folder=folder, resume=True)
    assert start["resumed_from"] == 2.0
    said = [event["message"] for event in events if event["event"] == "recovered"]
    if damage == "gone":
        assert said == []
    else:
        why = "its check sum is wrong" if damage == "flipped" else "checkpoint.safetensors cannot be read"
        assert len(said) == 1 and why in said[0]
        assert said[0].endswith("The training went on from the checkpoint before it.")
    assert same(weights(folder), weights(whole))
    assert not (folder / files.CHECKPOINT_BEFORE).exists()


def test_a_run_without_a_whole_checkpoint_is_a_sentence(pictures, tmp_path):
    for _ in train(config(), pictures, folder=tmp_path, control=words(*["run"] * 9, "stop")):
        pass
    for name in (files.CHECKPOINT, files.CHECKPOINT_BEFORE):
        flip(tmp_path / name, 1000)
    with pytest.raises(ValueError, match=f"{files.CHECKPOINT_BEFORE} cannot be read.* its check sum is wrong"):
        next(train(config(), pictures, folder=tmp_path, resume=True))


def test_each_flipped_bit_of_a_file_is_seen(tmp_path):
    """Of its tensors, of our header, and of the check sum itself."""
    path = tmp_path / files.WEIGHTS
    checkpoint.write(path, {"a": torch.arange(6.0)}, {"classes": ["x"]})
    held = path.read_bytes()
    assert checkpoint.read(path)[1] == {"classes": ["x"]} and files.read(path, "")[0]["a"].tolist() == [*range(6)]
    for place in (held.index(b"classes"), held.index(b"stride.sha256") + 20, len(held) - 1):
        path.write_bytes(held[:place] + bytes([held[place] ^ 1]) + held[place + 1 :])
        with pytest.raises(files.Damaged, match=f"{files.WEIGHTS} cannot be read"):
            checkpoint.read(path)


def test_a_checkpoint_that_has_no_room_leaves_the_last_one(pictures, tmp_path, monkeypatch):
    steps = words(*["run"] * 9, "stop")
    for _ in train(config(), pictures, folder=tmp_path, control=steps):
        pass
    held = (tmp_path / files.CHECKPOINT).read_bytes()

    def full(tensors, path, metadata):
        path.write_bytes(b"half")
        raise SafetensorError("Error while serializing: I/O error: No space left on device (os error 28)")

    monkeypatch.setattr(checkpoint, "save_file", full)
    with pytest.raises(OSError, match="No space left on device"):
        list(train(config(), pictures, folder=tmp_path, resume=True))
    assert (tmp_path / files.CHECKPOINT).read_bytes() == held and not list(tmp_path.glob("*.part"))


def test_a_file_of_an_earlier_version_has_no_check_sum(tmp_path):
    save_file({"a": torch.arange(6.0)}, tmp_path / files.WEIGHTS, metadata={files.HEADER: "{}"})
    assert checkpoint.read(tmp_path / files.WEIGHTS)[0]["a"].tolist() == [*range(6)]


def test_a_device_that_is_not_there_is_a_sentence(pictures):
    if torch.cuda.is_available():
        pytest.skip("this machine has CUDA")
    with pytest.raises(ValueError, match="'cuda' is not on this machine"):
        next(train(config(device="cuda"), pictures))
