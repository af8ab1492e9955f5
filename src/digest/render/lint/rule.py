"""A rule of the lint: its stable id, how grave it is at most, what it means, and how to mend it."""

from collections.abc import Iterable
from dataclasses import dataclass

from digest.model.finding import Level


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One thing that is looked for. The reference and every finding take their words from here."""

    code: str  #: stable: programs and editors' overrides name it
    level: Level  #: the gravest at which it is found
    means: str  #: what comes of it for a reader
    mend: str  #: a way to mend it


def rules(*rows: tuple[str, Level, str, str]) -> tuple[Rule, ...]:
    """Return rules from rows of code, level, what it means, how to mend it."""
    return tuple(Rule(code=code, level=level, means=means, mend=mend) for code, level, means, mend in rows)


def by_code(groups: Iterable[Iterable[Rule]]) -> dict[str, Rule]:
    """Return every rule by its code, which no two share."""
    found: dict[str, Rule] = {}
    for rule in (rule for group in groups for rule in group):
        if rule.code in found:
            raise ValueError(f"{rule.code}: two rules of that name")
        found[rule.code] = rule
    return found
