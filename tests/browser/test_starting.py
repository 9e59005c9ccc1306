"""Every way of starting serves the same app with the same settings, from any folder."""

import os
import shlex
import shutil
import subprocess
import sys
import tomllib

import pytest

from tests.browser.driver import ROOT, free_port, serve_command

CONFIG = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text(encoding="utf-8"))


def ways(port: int) -> dict[str, list[str]]:
    python, app = sys.executable, str(ROOT / "app.py")
    return {
        "streamlit run": [python, "-m", "streamlit", "run", app, "--server.port", str(port)],
        "python app.py": [python, app],
        "uvicorn app:app": [python, "-m", "uvicorn", "app:app", "--app-dir", str(ROOT), "--port", str(port)],
    }


@pytest.mark.browser
@pytest.mark.parametrize("way", ways(0))
def test_each_way_of_starting_from_another_folder(open_page, serve, tmp_path, way):
    port = free_port()
    # `python app.py` takes no flags: its port comes from the folder it is started in.
    (tmp_path / ".streamlit").mkdir()
    settings = f"[server]\nport = {port}\n[browser]\ngatherUsageStats = true\n"
    (tmp_path / ".streamlit" / "config.toml").write_text(settings)
    page = open_page("/", server=serve(command=ways(port)[way], port=port, cwd=tmp_path))
    colour = CONFIG["theme"]["light"]["backgroundColor"].lstrip("#")
    rgb = ", ".join(str(int(colour[at : at + 2], 16)) for at in (0, 2, 4))
    background = page.get_by_test_id("stApp").evaluate("(app) => getComputedStyle(app).backgroundColor")
    assert background == f"rgb({rgb})"


def test_the_settings_hold_where_only_the_app_object_is_imported(tmp_path):
    """As under uvicorn: no `streamlit run` has named the main script."""
    asked = ["browser.gatherUsageStats", "client.showErrorDetails", "server.maxUploadSize"]
    asked += ["server.fileWatcherType", "runner.postScriptGC"]  # what most of a page's opening would take
    script = (
        f"import sys; sys.path.insert(0, {str(ROOT)!r}); import app; from streamlit import config, net_util\n"
        f"print([config.get_option(name) for name in {asked}], net_util.get_external_ip())"
    )
    command = [sys.executable, "-c", script]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, encoding="utf-8", check=True)
    assert done.stdout.strip() == "[False, 'none', 100, 'none', False] None"


@pytest.mark.skipif(shutil.which("make") is None, reason="make is not installed")
def test_the_fixtures_serve_as_make_run_does():
    # The test may itself run under make: its flags and variables are not this make's.
    alone = {name: value for name, value in os.environ.items() if not name.startswith(("MAKE", "MFLAGS"))}
    command = ["make", "--dry-run", "--no-print-directory", "run", "PORT=8600"]
    told = subprocess.run(command, cwd=ROOT, env=alone, capture_output=True, encoding="utf-8", check=True)
    line = shlex.split(told.stdout.strip().splitlines()[-1])
    assert line[0].endswith("bin/python")
    assert line[1:] == serve_command(8600)[1:]
