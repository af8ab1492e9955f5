"""Values that the tests of this room share."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from digest.model.digest import Source, SourceKind
from digest.model.finding import Finding
from digest.model.story import Completeness, Reading, Story

NOW = datetime(2031, 3, 13, 6, 0, tzinfo=UTC)
HERE = Path(__file__).parent


def source(kind: SourceKind = SourceKind.FEED, **given: Any) -> Source:
    """Return a source called `desk`."""
    return Source(**{"id": "desk", "kind": kind, "location": "https://feeds.example/desk.xml"} | given)


def full(reading: Reading) -> Story:
    """Return the one full story of a reading."""
    (story,) = [story for story in reading.stories if story.completeness is Completeness.FULL]
    return story


def partial(reading: Reading) -> list[Story]:
    """Return the partial stories of a reading."""
    return [story for story in reading.stories if story.completeness is Completeness.PARTIAL]


def codes(found: Reading | tuple[Finding, ...]) -> list[str]:
    """Return the codes of findings, sorted."""
    findings = found.findings if isinstance(found, Reading) else found
    return sorted(finding.code for finding in findings)
