"""Who is let through to be weighed, and for everybody else the reason why not."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from digest.model.digest import Digest
from digest.model.edition import Carried, Choice
from digest.model.finding import Finding, Level
from digest.selection.gate import forbidden, unfit
from digest.selection.pool import Item, Pool
from digest.selection.repeat import Earlier, earlier, recent


@dataclass(frozen=True, slots=True, kw_only=True)
class Admission:
    """The candidates, divided."""

    admitted: tuple[tuple[Item, Earlier | None], ...]  #: with what readers had of it before
    refused: tuple[tuple[Item, str], ...]
    findings: tuple[Finding, ...]
    had: tuple[tuple[Item, Carried], ...]  #: within the time in which nothing is repeated


def admit(
    pool: Pool, *, digest: Digest, carried: Sequence[Carried], choice: Choice, now: datetime
) -> Admission:
    """Divide the candidates of `pool` into those that may run and the others."""
    had = recent(pool.carried, carried, now=now, within=digest.stories.never_repeat_within)
    admitted, refused, findings = [], [], []
    for item in pool.candidates:
        before = earlier(item, had, pool)
        reason = _reason(item, before, digest=digest, choice=choice, now=now)
        if reason is None:
            admitted.append((item, before))
            continue
        refused.append((item, reason))
        if wished(item, choice):
            findings.append(_ignored_wish(item, reason))
    unknown = sorted(set(choice.pinned) - {item.id for item in pool.candidates})
    findings += [_unknown_wish(name) for name in unknown]
    return Admission(
        admitted=tuple(admitted),
        refused=tuple(refused),
        findings=tuple(findings),
        had=tuple(had),
    )


def wished(item: Item, choice: Choice) -> bool:
    """Whether an editor wants this story in this edition."""
    return item.id == choice.lead or item.id in choice.pinned


def _reason(
    item: Item, before: Earlier | None, *, digest: Digest, choice: Choice, now: datetime
) -> str | None:
    barred = forbidden(item.story, item.id, choice=choice, now=now)
    if barred is not None or wished(item, choice):
        return barred
    if before is not None and not before.updated:
        return before.reason
    return unfit(item.story, rules=digest.stories, now=now, updated=before is not None)


def _unknown_wish(name: str) -> Finding:
    message = f"an editor wants a story in that is not there: {name}"
    return Finding(level=Level.WARNING, code="wish-not-granted", message=message, where=name)


def _ignored_wish(item: Item, reason: str) -> Finding:
    return Finding(
        level=Level.WARNING,
        code="wish-not-granted",
        message=f"an editor wants this story in, but it is left out: {reason}",
        where=item.story.headline,
    )
