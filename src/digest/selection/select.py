"""Choose what goes into an edition.

`select` takes the stories gathered for an edition and returns a `Selection`: the lead, the
featured stories or the sections, related stories under each, and every story passed over,
with the reason. Nothing here reads a clock, a file or the network, so the same stories, in
whatever order, always give the same edition.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime

from digest.model.digest import Digest, Source
from digest.model.edition import Carried, Choice, FilledSection, PassedOver, Selection, Slot
from digest.model.finding import Finding, Level
from digest.model.story import Story
from digest.model.text import fold
from digest.selection.admission import Admission, admit
from digest.selection.event import Event, events_of
from digest.selection.lead import Lead, lead_of
from digest.selection.place import Layout, lay_out
from digest.selection.pool import Pool, pool_of
from digest.selection.related import Shelf
from digest.selection.repeat import earlier
from digest.selection.rows import NOTHING, Frequencies
from digest.selection.score import terms_of, total

UNDECIDED = Choice()  #: no editor has said anything
OLDER = "an older version of a story that is here in a newer one"


def select(
    candidates: Sequence[Story],
    *,
    digest: Digest,
    sources: Sequence[Source] = (),
    archive: Sequence[Story] = (),
    carried: Sequence[Carried] = (),
    choice: Choice = UNDECIDED,
    now: datetime,
    background: Frequencies = NOTHING,
) -> Selection:
    """Return what goes into one edition of `digest`, and why.

    Args:
        candidates: stories that may be printed; several versions of one are allowed.
        sources: for their weights and sections; a source that is missing weighs 1.
        archive: earlier stories, usable as related ones only.
        carried: what earlier editions showed to the same readers.
        choice: what editors have decided about this edition.
        now: aware; ages, embargoes and repeats are reckoned from it.
        background: how frequent words are in the whole archive.
    """
    pool = pool_of(candidates, archive, [shown.story for shown in carried], sources, background)
    admission = admit(pool, digest=digest, carried=carried, choice=choice, now=now)
    names = _section_names(pool)
    events = [_scored(event, digest, names, now) for event in events_of(admission, pool, choice)]
    lead = lead_of(events, digest.lead, choice)
    layout = lay_out(events, lead.event if lead else None, digest, choice, names)
    shelf = _shelf(pool, admission, layout, digest, choice, now)
    featured, sections = _slots(layout, lead, shelf)
    chosen = {slot.story.id for slot in (*featured, *(s for section in sections for s in section.stories))}
    findings = (*admission.findings, *(lead.findings if lead else ()), *layout.findings)
    return Selection(
        featured=featured,
        sections=sections,
        passed_over=_passed_over(pool, admission, events, layout, shelf.taken | chosen),
        findings=(*findings, *_too_few(len(chosen), digest)),
    )


def _scored(event: Event, digest: Digest, names: frozenset[str], now: datetime) -> Event:
    terms = terms_of(event, digest, names, now=now)
    return replace(event, terms=terms, score=total(terms))


def _section_names(pool: Pool) -> frozenset[str]:
    return frozenset(fold(item.section) for item in pool.candidates if item.section)


def _shelf(
    pool: Pool, admission: Admission, layout: Layout, digest: Digest, choice: Choice, now: datetime
) -> Shelf:
    """Return what is left to be offered as related: admitted stories without a place, and the archive."""
    placed = {event.item.id for event in layout.placed}
    free = {item.id: item for item, before in admission.admitted if not before and item.id not in placed}
    had = {item.id for item, _ in admission.had}
    rows_had = {item.row for item, _ in admission.had}
    alike = rows_had.union(*(pool.mates.links.get(row, {}) for row in rows_had))
    for item in pool.archive:
        if item.id in had or item.row in rows_had:
            continue
        if item.row in alike and earlier(item, admission.had, pool):
            continue
        if Shelf.fit(item, digest=digest, choice=choice, now=now):
            free.setdefault(item.id, item)
    told = {i.row: event.item.id for event in layout.placed for i in (event.item, *event.others)}
    printed = {event.item.row for event in layout.placed}
    return Shelf(pool=pool, rules=digest.related, now=now, free=free, told=told, printed=printed)


def _slots(
    layout: Layout, lead: Lead | None, shelf: Shelf
) -> tuple[tuple[Slot, ...], tuple[FilledSection, ...]]:
    """Return the featured slots and the sections; blocks of related stories are filled from the top."""
    featured = tuple(
        _slot(
            event,
            lead.why if lead and event is lead.event else (),
            shelf,
            leads=number == 0,
            section_too=True,
        )
        for number, event in enumerate(layout.featured)
    )
    sections = tuple(
        FilledSection(
            title=plan.title,
            stories=tuple(_slot(event, (), shelf, leads=False, section_too=False) for event in plan.events),
        )
        for plan in layout.sections
        if plan.events
    )
    return featured, sections


def _slot(event: Event, why: Sequence[str], shelf: Shelf, *, leads: bool, section_too: bool) -> Slot:
    reasons = list(why)
    if event.earlier is not None:
        reasons.append(event.earlier.reason)
    if event.pinned:
        reasons.append("pinned by an editor")
    if event.others:
        sources = _sources(event)
        what = "reports" if len(sources) > 1 else "versions"
        reasons.append(f"{len(event.others) + 1} {what} merged: {', '.join(sources)}")
    reasons.extend(term.words for term in sorted(event.terms, key=lambda term: -abs(term.value)))
    return Slot(
        story=event.story,
        why=tuple(reasons),
        related=shelf.block(event, leads=leads, section_too=section_too),
        reports=tuple(item.story for item in event.others),
        score=event.score,
        terms=event.terms,
        updated=event.earlier is not None and event.earlier.updated,
    )


def _sources(event: Event) -> list[str]:
    return sorted({item.story.source for item in (event.item, *event.others)})


def _passed_over(
    pool: Pool, admission: Admission, events: Iterable[Event], layout: Layout, shown: set[str]
) -> tuple[PassedOver, ...]:
    """Return every candidate that readers of the edition don't see, best first, with its reason."""
    found = [(0.0, item, reason) for item, reason in admission.refused]
    for event in events:
        reason = layout.reasons.get(event.item.id)
        if reason is None:
            continue
        for item in (event.item, *event.others):
            if item.id not in shown:
                why = (
                    reason if item is event.item else f"another report of “{event.story.headline}”: {reason}"
                )
                found.append((event.score, item, why))
    found.extend((0.0, item, OLDER) for item in pool.older)
    found.sort(key=lambda passed: (-passed[0], passed[1].id, passed[2]))
    return tuple(PassedOver(story=item.story, reason=reason, score=score) for score, item, reason in found)


def _too_few(count: int, digest: Digest) -> tuple[Finding, ...]:
    wanted = digest.skip.with_fewer_than
    if count >= wanted:
        return ()
    message = f"only {count} stories, and the digest is left out with fewer than {wanted}"
    return (Finding(level=Level.WARNING, code="too-few-stories", message=message, where=digest.id),)
