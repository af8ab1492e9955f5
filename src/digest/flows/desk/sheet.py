"""Everything that the page of one edition shows, read in one go: its words, its stories, its history."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import Connection

from digest.flows.compose import EVERYBODY
from digest.flows.pictures import placed
from digest.model.digest import Digest, Newsroom, Schedule
from digest.model.edition import Composition, Slot
from digest.model.errors import NotFound
from digest.model.finding import Finding
from digest.model.mail import Rendering
from digest.render.lint import lint
from digest.render.pictures import PlacedPicture
from digest.store import compositions, editions, renderings
from digest.store.editions import EditionRecord, HistoryLine
from digest.store.roster import audience


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """One edition on the desk."""

    record: EditionRecord
    digest: Digest
    readers: int
    composition: Composition | None  #: None while nothing is built
    words: Mapping[str, Rendering]  #: by variant
    hash: str  #: names the words of all variants
    findings: tuple[Finding, ...]
    pictures: Mapping[str, PlacedPicture]
    history: tuple[HistoryLine, ...]
    agreed: tuple[str, ...]  #: who has said yes to these words

    @property
    def blocks(self) -> tuple[tuple[str, tuple[Slot, ...]], ...]:
        """Return the stories by block: (title, slots); the featured block has no title."""
        if self.composition is None:
            return ()
        selection = self.composition.selection
        blocks = [("", selection.featured), *((s.title, s.stories) for s in selection.sections)]
        return tuple((title, slots) for title, slots in blocks if slots)

    @property
    def rendering(self) -> Rendering | None:
        """Return the words that most readers get."""
        return self.words.get(EVERYBODY) or next(iter(self.words.values()), None)


def sheet(connection: Connection, schedule: Schedule, edition: str) -> Sheet:
    """Return the page of `edition`.

    Raises:
        NotFound: there is no such edition, or its digest is in the schedule no more.
    """
    record = editions.edition(connection, edition)
    digest = schedule.digest(record.digest)
    words = renderings.renderings(connection, edition)
    hash = renderings.hash_of(words) if words else ""
    try:
        made: Composition | None = compositions.composition(connection, edition)
        found = findings_of(connection, schedule.newsroom, edition)
    except NotFound:
        made, found = None, ()
    shown = made.selection.carried if made else ()
    return Sheet(
        record=record,
        digest=digest,
        readers=audience.count(connection, digest.id, digest.audience),
        composition=made,
        words=words,
        hash=hash,
        findings=found,
        pictures=placed(connection, shown, pages=schedule.newsroom.pages),
        history=tuple(editions.history(connection, edition)),
        agreed=tuple(who for who, _, agreed in renderings.approvals(connection, edition) if agreed == hash),
    )


def findings_of(connection: Connection, newsroom: Newsroom, edition: str) -> tuple[Finding, ...]:
    """Return everything that the checks say of an edition as it stands."""
    made = compositions.composition(connection, edition)
    found = [*made.findings, *made.selection.findings]
    for words in renderings.renderings(connection, edition).values():
        found += lint(words, composition=made, newsroom=newsroom)
    return tuple(dict.fromkeys(found))
