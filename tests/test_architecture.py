"""The house stands as it was drawn, and the contracts that say so can fail."""

import ast
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SOURCE = ROOT / "src" / "digest"


def lint_imports(copy: Path) -> subprocess.CompletedProcess[str]:
    program = Path(sys.executable).parent / "lint-imports"
    environment = {**os.environ, "PYTHONPATH": str(copy / "src"), "NO_COLOR": "1"}
    return subprocess.run(
        [program, "--no-cache", "--config", "pyproject.toml"],
        cwd=copy,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize(
    ("place", "statement", "broken"),
    [
        ("model/text.py", "import digest.store.engine", "imports point down"),
        ("model/text.py", "import jinja2", "the ground floor imports the standard library only"),
        ("selection/__init__.py", "import digest.sources.clean", "imports point down"),
        ("render/__init__.py", "import digest.store.engine", "imports point down"),
        ("web/__init__.py", "import digest.cli.main", "imports point down"),
        ("flows/__init__.py", "import aiohttp", "only sources.fetch, by its guard, opens outgoing HTTP"),
        ("flows/__init__.py", "import asyncio", "asyncio lives in"),
    ],
)
def test_each_contract_catches_a_deliberate_violation(
    tmp_path: Path, place: str, statement: str, broken: str
) -> None:
    copy = tmp_path / "house"
    shutil.copytree(SOURCE, copy / "src" / "digest", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", copy / "pyproject.toml")
    with (copy / "src" / "digest" / place).open("a") as file:
        file.write(f"\n{statement}  # a deliberate violation\n")

    answer = lint_imports(copy)

    assert answer.returncode == 1, answer.stdout + answer.stderr
    assert any(broken in line and "BROKEN" in line for line in answer.stdout.splitlines()), answer.stdout


def test_no_room_is_called_after_nothing() -> None:
    nameless = {"utils", "helpers", "common", "base", "manager", "managers", "service", "misc"}

    assert not [path for path in SOURCE.rglob("*.py") if path.stem in nameless]


#: The file that joins every floor is a list of what there is, one short method each.
ROOM = {"wiring.py": 400}


def test_files_say_one_thing_in_about_300_lines() -> None:
    long = {
        str(path.relative_to(SOURCE)): lines
        for path in SOURCE.rglob("*.py")
        if "migrations" not in path.parts
        and (lines := len(path.read_text().splitlines())) > ROOM.get(path.name, 330)
    }

    assert not long


def test_functions_stay_under_about_40_lines_without_their_docstring() -> None:
    long = []
    for path in SOURCE.rglob("*.py"):
        if "migrations" in path.parts:
            continue
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                body = node.body[1:] if ast.get_docstring(node) else node.body
                lines = (body[-1].end_lineno or 0) - body[0].lineno + 1 if body else 0
                if lines > 48:
                    long.append(f"{path.relative_to(SOURCE)}:{node.lineno} {node.name}: {lines} lines")

    assert not long
