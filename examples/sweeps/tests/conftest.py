"""An experiment, and what one machine makes of it: every engine must give the same to the byte."""

import os
import stat
import subprocess
from pathlib import Path

import pytest

SWEEPS = Path(__file__).resolve().parents[1]
ROOT = SWEEPS.parents[1]
RIVERA = os.environ.get("RIVERA", str(ROOT / "target/release/rivera"))

EXPERIMENT = f"""
fleet = "{ROOT / 'examples/fleets/small'}"
max_in_flight = ["4%", "20%"]
max_starts = [20, 200, "none"]
[seeds]
count = 5
"""


@pytest.fixture
def experiment(tmp_path):
    path = tmp_path / "experiment.toml"
    path.write_text(EXPERIMENT)
    return path


@pytest.fixture
def expected(experiment, tmp_path):
    """The result of one machine that takes nothing from kept runs."""
    result = tmp_path / "expected.json"
    command = [RIVERA, "experiment", "run", str(experiment), "--no-cache", "-o", str(result)]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return result.read_bytes()


@pytest.fixture
def script(tmp_path):
    """Writes programs into a folder, and gives an environment whose PATH starts with it; `rivera` is there already."""
    programs = tmp_path / "programs"
    programs.mkdir()
    (programs / "rivera").symlink_to(RIVERA)

    def write(name, text):
        path = programs / name
        path.write_text(text)
        path.chmod(path.stat().st_mode | stat.S_IXUSR)
        return path

    write.environment = {**os.environ, "PATH": f"{programs}:{os.environ['PATH']}"}
    return write
