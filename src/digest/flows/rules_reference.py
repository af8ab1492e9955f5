"""The reference of the checks, written from the rules themselves.

`checks_reference()` is the whole text of `docs/reference/checks.md`; a test compares the two,
and `python -m digest.flows.rules_reference` writes the file again.
"""

from pathlib import Path

from digest.flows.checks import FINAL
from digest.flows.rules import ALL_GROUPS
from digest.render.lint.rule import Rule

REFERENCE_FILE = "docs/reference/checks.md"

_INTRO = """\
# Checks

<!-- Written by `python -m digest.flows.rules_reference` from the rules in the code. Do not edit by hand. -->

Every edition is looked over when it is built, on its page at the desk, and by `digest check --edition E`: the mail in
each of its variants, the stories in it, the newsroom around it. Each finding names its rule, its place (the line and column of
the mail's HTML source where there is one), what it is, and a way to mend it. Nothing leaves this machine for it.

| Level | |
| --- | --- |
| **blocker** | stops the approval. `digest edition override EDITION RULE REASON` (or the same on the desk, for who may approve) lets it pass for exactly the words as they are; any change asks again. Who, when and why stand in the edition's history |
| **warning** | look at it; a digest that is approved by policy goes out all the same |
| **note** | good to know |
| **not checked** | the check could not run; the message says why. Nothing passes in silence |

The level in the tables is the gravest at which a rule is found. Ids of rules do not change.
`digest check --edition E --json` prints all of it for programs: `findings` with `level`, `code`, `message`, `where`, `part`,
`line`, `column`, `element`, `mend` and `variants` (null: every variant has it), and `overridden`. It exits 4 while a blocker stands.

What mail programs lack is told from the data of caniemail.com, which is bundled (its licence, date and hash stand in
`src/digest/render/caniemail.json`), for the newest version of each program that was tested. No freely licensed measure of how many people use
which program is known, so Gmail, Outlook, Apple Mail, Yahoo with AOL, Samsung Email and all the others together count alike. What compiled
MJML and the bundled templates use themselves is no finding.

What a source noticed when it was read (a key that is not known, a date that is none) is told with the edition as well, with the
file and the line; `digest gather` prints the same.
"""  # noqa: E501 - a row of a table is one line


def checks_reference() -> str:
    """Return the reference as Markdown."""
    parts = [_INTRO]
    for title, about, rules in ALL_GROUPS:
        parts.append(f"\n## {title}\n\n{about}\n\n| Rule | Level | What it means | How to mend it |")
        parts.append("\n| --- | --- | --- | --- |\n")
        parts += [_row(rule) for rule in rules]
    return "".join(parts)


def _row(rule: Rule) -> str:
    final = "; cannot be overridden" if rule.code in FINAL else ""
    cells = (f"`{rule.code}`", f"{rule.level.value}{final}", _cell(rule.means), _cell(rule.mend))
    return f"| {' | '.join(cells)} |\n"


def _cell(text: str) -> str:
    """Return text for a cell: what looks like a tag or a template stands as code."""
    return text.replace("|", "\\|").replace("<", "&lt;").replace("{{", "&#123;&#123;")


if __name__ == "__main__":
    Path(REFERENCE_FILE).write_text(checks_reference(), encoding="utf-8")
