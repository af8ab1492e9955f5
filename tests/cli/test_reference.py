"""Help is the manual: the reference and the README say what the commands say."""

import re

from digest.cli.main import COMMANDS, cli
from digest.cli.reference import FILE, reference


def test_the_reference_of_the_command_line_is_up_to_date() -> None:
    assert FILE.read_text("utf-8") == reference(), "run python -m digest.cli.reference"


def test_every_command_has_help_with_an_example_or_subcommands() -> None:
    for name in COMMANDS:
        command = cli.get_command(None, name)  # type: ignore[arg-type]
        assert command is not None
        assert command.help
        assert "$ digest" in command.help or hasattr(command, "commands"), name


def test_every_command_that_the_readme_shows_exists() -> None:
    readme = (FILE.parents[2] / "README.md").read_text("utf-8")

    shown = set(re.findall(r"\$ digest ([a-z]+)", readme))
    assert shown
    assert shown <= set(COMMANDS)
