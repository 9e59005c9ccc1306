"""The image and what stands around it: what its files name is there, and they name the same.

No engine of containers is needed: the files are read, and Caddy checks its own where it is installed.
"""

import fnmatch
import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from pages import live
from tests.browser.driver import ROOT, serve_command

DOCKERFILE = (ROOT / "Dockerfile").read_text(encoding="utf-8").replace("\\\n", " ")
CADDY = (ROOT / "Caddyfile").read_text(encoding="utf-8")
COMPOSE = yaml.safe_load((ROOT / "compose.yaml").read_text(encoding="utf-8"))
SERVICES = COMPOSE["services"]
REPLICAS = [name for name, service in SERVICES.items() if "command" not in service and name != "caddy"]


def instructions(name: str) -> list[str]:
    return re.findall(rf"^\s*{name} (.+)$", DOCKERFILE, re.MULTILINE)


def test_what_is_copied_is_there_and_passes_the_ignore_file():
    lines = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    let = [line[1:] for line in lines if line.startswith("!")]
    copied = [one for line in instructions("COPY") if "--from" not in line for one in line.split()[:-1]]
    assert sorted(copied) == sorted(let) and all((ROOT / one).exists() for one in copied)
    rooms = {path.parts[0] for path in (Path(file) for file in tracked()) if len(path.parts) > 1}
    assert rooms - set(copied) == {".ci", "tests"}, "a room of the app is not in the image"
    requirements = {name for name in os.listdir(ROOT) if fnmatch.fnmatch(name, "*requirements*.txt")}
    assert requirements - set(copied) == {"requirements-dev.txt"}


def tracked() -> list[str]:
    told = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, encoding="utf-8", check=True)
    return told.stdout.splitlines()


def test_the_image_installs_and_serves_as_make_does_and_not_as_root():
    assert instructions("FROM") == ["${BASE} AS install", "${BASE}"]
    assert "make install" in instructions("RUN")[1]
    (command,) = instructions("CMD")[-1:]
    told = yaml.safe_load(command)
    assert told == [".venv/bin/python", *serve_command(8501)[1:], "--server.address", "0.0.0.0"]
    assert int(instructions("USER")[0]) > 0 and DOCKERFILE.index("\nUSER") > DOCKERFILE.rindex("\nRUN")
    assert instructions("EXPOSE") == ["8501"]


@pytest.mark.skipif(shutil.which("make") is None, reason="make is not installed")
@pytest.mark.parametrize(("torch", "installed"), [("none", False), ("all", True)])
def test_one_variable_says_whether_pytorch_is_installed(torch, installed):
    alone = {name: value for name, value in os.environ.items() if not name.startswith(("MAKE", "MFLAGS"))}
    command = ["make", "--dry-run", "--always-make", "install", f"TORCH={torch}"]
    told = subprocess.run(command, cwd=ROOT, env=alone, capture_output=True, encoding="utf-8", check=True).stdout
    assert "-r requirements-lessons.txt" in told and ("-r requirements.txt" in told) == installed


def test_the_health_address_is_one_of_the_apps():
    paths = [route.path for route in live.routes if "GET" in route.methods]
    (asked,) = re.findall(r"http://localhost:8501(/[a-z/]+)", DOCKERFILE)
    (caddys,) = re.findall(r"health_uri (\S+)", CADDY)
    assert asked == caddys and asked in paths


def test_every_replica_stands_behind_caddy_and_keeps_to_one_secret_and_one_volume():
    assert len(REPLICAS) == 3
    (upstreams,) = re.findall(r"\{\$STRIDE_REPLICAS:([^}]+)\}", CADDY)
    assert upstreams.split() == [f"{name}:8501" for name in REPLICAS]
    for name in (*REPLICAS, "scheduler", "workers"):
        service = SERVICES[name]
        assert service["volumes"] == ["data:/data"] and "STRIDE_DATA=/data" in instructions("ENV")[0]
        assert service["read_only"] and service["cap_drop"] == ["ALL"] and "ports" not in service
    for name in REPLICAS:
        environment = SERVICES[name]["environment"]
        assert environment["STRIDE_SCHEDULER"] == SERVICES["workers"]["command"][5] == "tcp://scheduler:8786"
        assert environment["STREAMLIT_SERVER_COOKIE_SECRET"].startswith("${STRIDE_SECRET:?")


def test_one_service_builds_the_image_and_no_other_looks_for_it_elsewhere():
    ours = {name: service for name, service in SERVICES.items() if service["image"] == "stride"}
    assert {name: service["pull_policy"] for name, service in ours.items()} == {
        **dict.fromkeys(ours, "never"), REPLICAS[0]: "build",
    }  # fmt: skip
    assert [name for name, service in SERVICES.items() if "build" in service] == [REPLICAS[0]]


def test_only_replicas_and_workers_reach_the_scheduler_which_reaches_nothing_else():
    assert COMPOSE["networks"]["training"]["internal"] is True
    assert [name for name, service in SERVICES.items() if "training" in service["networks"]] == [
        *REPLICAS, "scheduler", "workers",
    ]  # fmt: skip
    assert [name for name, service in SERVICES.items() if service.get("ports")] == ["caddy"]


def test_every_variable_that_is_set_is_one_that_somebody_reads():
    read = "".join(
        (ROOT / file).read_text(encoding="utf-8") for file in tracked() if file.endswith(".py") and "tests/" not in file
    )
    ours = {name for service in SERVICES.values() for name in service.get("environment", {})}
    for name in ours:
        told = CADDY if name in ("STRIDE_SITE",) else read
        if name.startswith("STRIDE_"):
            assert name in told, f"nobody reads {name}"
    from streamlit import config

    for name in (one for one in ours if one.startswith("STREAMLIT_")):
        known = {option.env_var for option in config._config_options_template.values()}
        assert name in known, f"Streamlit has no {name}"


@pytest.mark.parametrize("name", ["scheduler", "workers"])
def test_the_commands_of_dask_have_the_options_that_they_are_given(name):
    command = SERVICES[name]["command"]
    at = command.index(".venv/bin/dask")
    dask = Path(sys.executable).with_name("dask")
    told = subprocess.run([dask, command[at + 1], "--help"], capture_output=True, encoding="utf-8", check=True).stdout
    assert all(option in told for option in command[at + 2 :] if option.startswith("--"))


@pytest.mark.skipif(shutil.which("caddy") is None, reason="Caddy is not installed")
def test_caddy_reads_its_file():
    command = shlex.split("caddy validate --adapter caddyfile --config Caddyfile")
    done = subprocess.run(command, cwd=ROOT, capture_output=True, encoding="utf-8")
    assert done.returncode == 0, done.stderr
