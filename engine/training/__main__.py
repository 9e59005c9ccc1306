"""Training without a browser.

    python -m engine.training --data folder:PATH --preset quick --seed 0 --out DIR --json
    python -m engine.training --resume DIR

Ctrl-C stops after the present step and leaves a checkpoint, from which --resume takes the next step. While pictures are
being read, it ends that.
"""

import argparse
import json
import signal
import sys
import time
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from engine import lean, threads

threads.one(*threads.NUMPY)  # torch takes all cores, or --threads

from engine.data import sources  # noqa: E402
from engine.network import Network  # noqa: E402
from engine.network.stack_text import read_stack  # noqa: E402
from engine.training.config import INPUT_SHAPE, Config  # noqa: E402
from engine.training.history import history  # noqa: E402
from engine.training.presets import PRESETS  # noqa: E402
from engine.training.results import not_learning  # noqa: E402
from engine.training.runs import Run, create, read_run  # noqa: E402
from engine.training.runs.carry import carry_out  # noqa: E402
from engine.writing.setting import Setting, settings  # noqa: E402


def main(arguments: list[str] | None = None) -> int:
    """Train, and return 0 for a training that finished, 1 for one that did not, 2 for a wrong command."""
    read = _reader()
    asked = read.parse_args(arguments)
    if lean.is_lean():
        read.error(lean.SENTENCE)
    try:
        run = _resumed(asked) if asked.resume else _created(asked)
    except ValueError as error:
        read.error(str(error))
    except OSError as error:
        option = f"--resume {asked.resume}" if asked.resume else f"--out {asked.out or '.'}"
        read.error(f"{option}: {error.filename or 'the folder'} cannot be made or read: {error.strerror or error}")
    stopping = signal.signal(signal.SIGINT, lambda *_: run.control("stop"))
    try:
        state = carry_out(run, threads=asked.threads, tell=_print_json if asked.json else _print)
    finally:
        signal.signal(signal.SIGINT, stopping)
    if state.message:
        print(state.message, file=sys.stderr)
    if state.status == "finished" and (found := not_learning(run.config, history(run.events()[0]))):
        print(found[0], *found[1], sep="\n  ", file=sys.stderr)
    if state.status == "stopped":
        print(f"Go on with: python -m engine.training --resume {run.folder}", file=sys.stderr)
    return 0 if state.status == "finished" else 1


def _reader() -> argparse.ArgumentParser:
    """Return the command's options: a setting of Config is an option of the same name."""
    usage, _, details = __doc__.partition("\n")
    read = argparse.ArgumentParser(
        prog="python -m engine.training", description=usage, epilog=details,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )  # fmt: skip
    read.add_argument("--preset", choices=PRESETS, help="what to begin with (quick)")
    read.add_argument("--network", metavar="STACK", help="another network: Conv2d-3-16-3~ReLU~MaxPool2d-2~Flatten~…")
    read.add_argument("--out", type=Path, metavar="DIR", help="where checkpoint, weights and events go (./run-…)")
    read.add_argument("--resume", type=Path, metavar="DIR", help="go on with the run in this folder")
    read.add_argument("--json", action="store_true", help="print one JSON object a line for each event")
    read.add_argument("--threads", type=_threads, metavar="N", help="torch's threads (all cores)")
    group = read.add_argument_group("settings that differ from the preset's")
    for name, declared in settings(Config).items():
        how = {"type": partial(_value, declared)}
        if declared.kind == "bool":
            how = {"action": argparse.BooleanOptionalAction}
        help = declared.help.replace("%", "%%")
        group.add_argument(_option(name), help=help, default=None, choices=declared.choices or None, **how)
    return read


def _option(name: str) -> str:
    return f"--{name.replace('_', '-')}"


def _value(declared: Setting, text: str) -> Any:
    try:
        return declared.read(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(str(error)) from None


def _threads(text: str) -> int:
    if not text.strip().isdecimal() or not int(text):
        raise argparse.ArgumentTypeError(f"{text!r} is not a whole number from 1 on")
    return int(text)


def _created(asked: argparse.Namespace) -> Run:
    preset = asked.preset or "quick"
    config = PRESETS[preset].config
    changes: dict[str, Any] = {name: getattr(asked, name) for name in settings(Config)}
    if asked.network:
        changes["network"] = Network(INPUT_SHAPE, read_stack(asked.network)).fitted()
    config = replace(config, **{name: value for name, value in changes.items() if value is not None})
    config.check_batches(config.batch_size)
    if note := sources.describe(config.data, config.seed).note:
        print(note, file=sys.stderr)
    folder = asked.out or Path(f"run-{time.strftime('%Y%m%d-%H%M%S')}")
    return create(config, preset=preset, folder=_whole(folder))


def _resumed(asked: argparse.Namespace) -> Run:
    folder = asked.resume
    names = ("preset", "network", "out", *settings(Config))
    given = [_option(name) for name in names if getattr(asked, name) is not None]
    if given:
        raise ValueError(f"a run that goes on keeps its settings: leave out {', '.join(given)} with --resume")
    run = read_run(_whole(folder))
    if run.broken:
        raise ValueError(run.broken)
    state = run.state()
    if state.status == "finished":
        raise ValueError(f"the run in {folder} has finished: there is nothing to go on with")
    if state.status == "diverged":
        raise ValueError(f"the run in {folder} has diverged: start it again as a new run, with other settings")
    if asked.threads and state.threads and asked.threads != state.threads:
        raise ValueError(f"--threads {asked.threads}: the run began with {state.threads} and goes on with as many")
    with run.hold() as mine:
        if not mine:
            raise ValueError(f"the run in {folder} is being trained by another process")
        run.control("run")
        if not run.state().active:
            run.write_state(status="queued", message="", ended=None)
    return run


def _whole(folder: Path) -> Path:
    """Return the folder's whole path, links followed."""
    try:
        return folder.resolve()
    except RuntimeError:
        raise ValueError(f"{folder} is a link that leads to itself: a symlink loop") from None


def _print_json(event: dict[str, Any]) -> None:
    print(json.dumps(event), flush=True)


def _print(event: dict[str, Any]) -> None:
    """Print a line for people, where the event is worth one."""
    match event["event"]:
        case "start":
            pictures = f"{event['train']:,} + {event['test']:,} pictures of {event['data']}"
            said = f"{event['parameters']:,} parameters, {pictures}"
            print(f"{said}, {event['device']}, {event['precision']}, {event['threads']} threads")
            if event["resumed_from"] is not None:
                print(f"going on after {event['resumed_from']:.2f} epochs")
        case "epoch":
            print(
                f"epoch {event['epoch']:3}  loss {event['train_loss']:.4f}  test loss {event['test_loss']:.4f}  "
                f"test accuracy {100 * event['test_accuracy']:.2f} %  {event['images_per_second']:,.0f} images/s  "
                f"{event['seconds']:.1f} s",
                flush=True,
            )
        case "finished":
            print(f"finished: test accuracy {100 * event['test_accuracy']:.2f} % in {event['seconds']:.1f} s")
        case "diverged":
            print(f"step {event['step']}: {event['what']}", *event["advice"], sep="\n  ")


if __name__ == "__main__":
    sys.exit(main())
