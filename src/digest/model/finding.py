"""Findings: what was noticed about a story, a source or a mail, in words for an editor."""

from dataclasses import dataclass
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
