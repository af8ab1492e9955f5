"""The reference of the command line, written from the commands themselves.

`python -m digest.cli.reference` writes docs/reference/cli.md; a test fails when it is stale.
"""

import inspect
from collections.abc import Iterator
from pathlib import Path

import click

from digest.cli.main import COMMANDS, cli

FILE = Path(__file__).parents[3] / "docs" / "reference" / "cli.md"

_HEAD = """\
# The command line

<!-- Written by `python -m digest.cli.reference` from the commands. Do not edit by hand. -->

Data goes to standard output, everything else to standard error. Nothing asks a question without a terminal.
Exit codes: **0** done, **1** failed, **2** you asked wrongly or a file is wrong, **3** done in part (some
refused or deferred, a source unreadable), **4** waiting for a person, **5** busy, **130** interrupted.
"""


def reference() -> str:
    """Return the whole page as Markdown."""
    parts = [_HEAD]
    context = click.Context(cli, info_name="digest")
    for heading in dict.fromkeys(heading for _, _, heading in COMMANDS.values()):
        parts.append(f"\n## {heading}\n")
        for name, (_, _, place) in COMMANDS.items():
            if place == heading:
                command = cli.get_command(context, name)
                assert command is not None
                parts += _command(command, f"digest {name}")
    return "".join(parts)


def _command(command: click.Command, path: str) -> Iterator[str]:
    context = click.Context(command, info_name=path)
    usage = " ".join(command.collect_usage_pieces(context))
    yield f"\n### {path}\n\n```text\n{path} {usage}\n```\n\n{_help(command)}"
    rows = [record for parameter in command.params if (record := parameter.get_help_record(context))]
    if rows:
        yield "\n| Option | |\n| --- | --- |\n"
        yield "".join(f"| `{_cell(option)}` | {_cell(words)} |\n" for option, words in rows)
    if isinstance(command, click.Group):
        for name in command.list_commands(context):
            inner = command.get_command(context, name)
            assert inner is not None
            yield from _command(inner, f"{path} {name}")


def _help(command: click.Command) -> str:
    """Return the help with its examples as code blocks."""
    text = inspect.cleandoc(command.help or "")
    out, example = [], False
    for line in text.splitlines():
        if line.strip() == "\b":
            out.append("```console")
            example = True
        elif example and not line.strip():
            out += ["```", ""]
            example = False
        else:
            out.append(line[2:] if example and line.startswith("  ") else line)
    return "\n".join([*out, "```"] if example else out) + "\n"


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")


if __name__ == "__main__":
    FILE.parent.mkdir(parents=True, exist_ok=True)
    FILE.write_text(reference(), encoding="utf-8")
