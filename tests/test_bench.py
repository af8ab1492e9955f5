"""Every benchmark can be run by anyone: it starts, and says what it measures, with the project alone."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

_PROJECT = Path(__file__).parents[1]
SCRIPTS = sorted(path.name for path in (_PROJECT / "bench").glob("*.py"))


@pytest.mark.parametrize("script", SCRIPTS)
def test_a_benchmark_says_what_it_measures(script: str, tmp_path: Path) -> None:
    environment = os.environ | {"PYTHONPATH": str(_PROJECT / "src")}
    told = subprocess.run(
        [sys.executable, _PROJECT / "bench" / script, "--help"],
        capture_output=True, text=True, check=False, cwd=tmp_path, env=environment,
    )  # fmt: skip

    assert told.returncode == 0, told.stderr
    assert "usage:" in told.stdout
    assert len(told.stdout) > 200
