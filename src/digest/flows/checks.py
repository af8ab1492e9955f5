"""The checks of an edition as it stands: all its variants, its stories, its newsroom, as one value.

A blocker stops the approval. An approver may override it with a reason; the word counts for
exactly the words that were looked at, so a changed mail asks again. What could not be looked
at is listed as such and never passes in silence.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from types import MappingProxyType

from sqlalchemy import Connection

from digest.flows.outside import LINKS, NOT_ASKED
from digest.flows.pictures import measures
from digest.flows.rules import RULES
from digest.flows.withdrawn import withdrawn
from digest.model.digest import Newsroom
from digest.model.edition import Composition, printed
from digest.model.errors import AskedWrongly
from digest.model.finding import Finding, Level, gathered
from digest.model.mail import Rendering
from digest.render.lint import lint
from digest.selection.mismatch import mismatches
from digest.store import compositions, renderings
from digest.store.looked import looked
from digest.store.overrides import Override, overrides, save_override

#: What no word of an editor mends: the send itself would stop at it.
FINAL = frozenset(("pages-not-public", "no-sender", "no-postal-address", "story-withdrawn"))
_ORDER = list(Level)
#: Variants whose findings are remembered, so that the pages of an edition do not look it over each time.
KEPT = 48


@dataclass(frozen=True, slots=True, kw_only=True)
class Overridden:
    """A blocker that somebody lets pass, and who, when and why."""

    finding: Finding
    by: Override


@dataclass(frozen=True, slots=True, kw_only=True)
class Checks:
    """Everything there is to say about an edition before it goes out."""

    edition: str
    hash: str  #: names the words that were looked at
    blockers: tuple[Finding, ...] = ()  #: stop the approval
    warnings: tuple[Finding, ...] = ()
    notes: tuple[Finding, ...] = ()
    not_checked: tuple[Finding, ...] = ()  #: the message says why
    overridden: tuple[Overridden, ...] = ()  #: blockers that stop nothing any more

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Return all that stands, the gravest first."""
        return (*self.blockers, *self.warnings, *self.not_checked, *self.notes)


def checks_of(
    connection: Connection, newsroom: Newsroom, edition: str, *, now: datetime, ready: Sequence[Finding] = ()
) -> Checks:
    """Return the checks of an edition as it is kept.

    Args:
        ready: what else keeps it from leaving (`flows.readiness`), where that was looked at.

    Raises:
        NotFound: there is no such edition, or nothing in it yet.
    """
    made = compositions.compositions(connection, edition)
    words = renderings.renderings(connection, edition)
    return checks_among(connection, newsroom, edition, made, words, now=now, ready=ready)


def checks_among(
    connection: Connection,
    newsroom: Newsroom,
    edition: str,
    made: Mapping[str, Composition],
    words: Mapping[str, Rendering],
    *,
    now: datetime,
    ready: Sequence[Finding] = (),
) -> Checks:
    """Return the checks of an edition of which the newest words are at hand; see `checks_of`."""
    found = (
        *withdrawn(connection, edition, made, now=now),
        *ready,
        *look_over(connection, made, words, newsroom=newsroom),
    )
    hash = renderings.hash_of(words)
    kept = looked(connection, edition, hash)
    told = [finding for finding in found if finding.code != NOT_ASKED[LINKS].code]
    for what, not_asked in NOT_ASKED.items():
        told += kept[what].findings if what in kept else (not_asked,)
    return in_order(edition, hash, told, overrides(connection, edition, hash))


def look_over(
    connection: Connection,
    made: Mapping[str, Composition],
    words: Mapping[str, Rendering],
    *,
    newsroom: Newsroom,
) -> tuple[Finding, ...]:
    """Return what there is to say about the words of every variant, and about their stories."""
    whole = next(iter(made.values()))
    found = {
        variant: _about(connection, made.get(variant, whole), rendering, newsroom)
        for variant, rendering in words.items()
    }
    return gathered(found)


def _about(
    connection: Connection, made: Composition, words: Rendering, newsroom: Newsroom
) -> tuple[Finding, ...]:
    made = printed(made)
    stored = measures(connection, made.selection.carried, pages=newsroom.pages)
    pictures = tuple((address, picture.size, picture.width) for address, picture in stored.items())
    return (*_said(words, made, newsroom, pictures), *made.findings, *made.selection.findings)


@lru_cache(maxsize=KEPT)
def _said(
    words: Rendering, made: Composition, newsroom: Newsroom, pictures: tuple[tuple[str, int, int], ...]
) -> tuple[Finding, ...]:
    """Return what is to be said about words and stories: the same each time that a page asks."""
    looked_at = lint(
        words,
        composition=made,
        newsroom=newsroom,
        weights={address: size for address, size, _ in pictures},
        widths={address: width for address, _, width in pictures},
    )
    return (*looked_at, *_headlines(made))


def _headlines(made: Composition) -> Iterator[Finding]:
    """Yield stories whose headline and text speak of different things, and say which were not compared."""
    stories = [slot.story for slot in made.selection.slots]
    found, not_judged = mismatches(stories)
    for each in found:
        hint = f"; it fits the text of “{each.better.headline}”" if each.better else ""
        message = f"headline and text have next to no words in common{hint}"
        yield Finding(
            level=Level.WARNING, code="headline-off-body", message=message, where=each.story.headline
        )
    if not_judged:
        message = f"{len(not_judged)} of {len(stories)} headlines: the text under them is too short"
        yield Finding(level=Level.NOT_CHECKED, code="headlines-not-compared", message=message)


def in_order(
    edition: str, hash: str, found: Iterable[Finding], passed: Mapping[str, Override] = MappingProxyType({})
) -> Checks:
    """Return findings as the checks of an edition; blockers that are in `passed` are overridden."""
    by_level: dict[Level, list[Finding]] = {level: [] for level in _ORDER}
    overridden = []
    for each in dict.fromkeys(found):
        rule = RULES.get(each.code)
        finding = replace(each, mend=rule.mend) if rule and not each.mend else each
        if finding.level is Level.BLOCKER and finding.code in passed:
            overridden.append(Overridden(finding=finding, by=passed[finding.code]))
        else:
            by_level[finding.level].append(finding)
    return Checks(
        edition=edition,
        hash=hash,
        blockers=tuple(by_level[Level.BLOCKER]),
        warnings=tuple(by_level[Level.WARNING]),
        notes=tuple(by_level[Level.NOTE]),
        not_checked=tuple(by_level[Level.NOT_CHECKED]),
        overridden=tuple(overridden),
    )


def override(
    connection: Connection,
    newsroom: Newsroom,
    edition: str,
    rule: str,
    *,
    reason: str,
    who: str,
    now: datetime,
) -> Checks:
    """Let the blocker `rule` pass for the words as they stand now, and return the checks after it.

    The caller has seen to it that `who` may approve. The reason stands in the edition's history.

    Raises:
        NotFound: there is no such edition.
        AskedWrongly: no reason, no such blocker in it, or one that nobody can override.
    """
    if not reason.strip():
        raise AskedWrongly(f"{edition}: {rule}: say why it may go out all the same")
    checks = checks_of(connection, newsroom, edition, now=now)
    if rule in FINAL:
        raise AskedWrongly(f"{edition}: {rule}: nobody can override it: it has to be mended")
    if rule not in {finding.code for finding in checks.blockers}:
        there = ", ".join(dict.fromkeys(finding.code for finding in checks.blockers)) or "none"
        raise AskedWrongly(f"{edition}: {rule}: no blocker of that name stops it: there are {there}")
    word = Override(rule=rule, who=who, reason=reason.strip(), at=now)
    save_override(connection, edition, checks.hash, word)
    return checks_of(connection, newsroom, edition, now=now)
