"""What the documentation tells people to write must be what is read."""

import re
from pathlib import Path

import pytest

from digest.settings.digest_keys import ScheduleKeys
from digest.settings.document import read_document
from digest.settings.schedule import inspect_text

ROOT = Path(__file__).parents[2]
PAGES = sorted([*ROOT.glob("docs/**/*.md"), ROOT / "README.md"])
#: What a part of a schedule cannot have: the rest of it.
PARTIAL = ("is missing", "has no sender", "no source is called", "this digest does not read")


def parts(page: Path) -> list[str]:
    """Return the blocks of YAML on a page that are parts of a schedule."""
    blocks = re.findall(r"^```yaml\n(.*?)^```", page.read_text("utf-8"), re.DOTALL | re.MULTILINE)
    known = set(ScheduleKeys.model_fields)
    found = []
    for block in blocks:
        data = read_document(block, page.name).data
        if isinstance(data, dict) and set(data) & known:
            found.append(block)
    return found


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_part_of_a_schedule_in_the_documentation_can_be_read(page: Path) -> None:
    for part in parts(page):
        wrong = [str(p) for p in inspect_text(part, path=page.name).errors]

        assert [problem for problem in wrong if not any(words in problem for words in PARTIAL)] == []


def test_the_pages_on_languages_and_approval_show_parts_of_a_schedule() -> None:
    assert len(parts(ROOT / "docs/how-to/languages.md")) == 2
    assert len(parts(ROOT / "docs/how-to/approval.md")) == 1
