"""Findings: what was noticed about a story, a source or a mail, in words for an editor."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum


class Level(StrEnum):
    """How much a finding matters. A check that could not run is its own level, never a silent pass."""

    BLOCKER = "blocker"  #: must not be sent like this
    WARNING = "warning"  #: should be looked at
    NOTE = "note"  #: good to know
    NOT_CHECKED = "not checked"  #: the check could not run; the message says why


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing noticed; stable `code`, message for people, and where it was."""

    level: Level
    code: str  #: stable, lower-case words with hyphens: `caption-used-as-alt`
    message: str  #: what it is and how to mend it
    where: str = ""  #: a file and line, a story's headline, an element: whatever leads there
    part: str = ""  #: of the mail: `html`, `text`, `subject`, `preheader` or `headers`
    line: int = 0  #: in the source of that part, from 1; 0 where there is none
    column: int = 0  #: in that line, from 1; 0 where there is none
    element: str = ""  #: as it is written there, cut short: `<img src="a.jpg" width="9">`
    mend: str = ""  #: a way to mend it
    variants: tuple[str, ...] = ()  #: of the edition that have it; empty: all of them


def gathered(found: Mapping[str, Iterable[Finding]]) -> tuple[Finding, ...]:
    """Return each finding once, with the variants that have it; none are named where all do."""
    variants: dict[Finding, list[str]] = {}
    for variant, findings in found.items():
        for finding in dict.fromkeys(findings):
            variants.setdefault(finding, []).append(variant)
    return tuple(
        finding if len(having) == len(found) else replace(finding, variants=tuple(having))
        for finding, having in variants.items()
    )
