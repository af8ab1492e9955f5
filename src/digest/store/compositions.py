"""What an edition is made of, why, and from what it was chosen: enough to choose again.

Stories are kept by the number of their version, so that an edition with two hundred candidates is
a few kilobytes and still comes back word for word. A story that is not in the archive in exactly
these words is written out in full.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, Row, delete, func, insert, select, update

from digest.model.classes import EVERYBODY
from digest.model.digest import Digest, Source
from digest.model.edition import Carried, Choice, Composition, Selection
from digest.model.errors import NotFound
from digest.model.story import Story
from digest.store.archive import put_stories, version_documents, version_keys
from digest.store.codec import READ, from_plain, story_from, to_json, to_plain, written
from digest.store.editions import edition
from digest.store.tables.archive import carried as _CARRIED
from digest.store.tables.archive import compositions as _COMPOSITIONS
from digest.store.tables.archive import editions as _EDITIONS

#: Saves that are kept of an edition; only the newest one counts, the others are for looking back.
KEPT = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Inputs:
    """Everything that `selection.select` was given: with it, the same program must choose the same."""

    digest: Digest
    candidates: tuple[Story, ...]
    now: datetime
    sources: tuple[Source, ...] = ()
    archive: tuple[Story, ...] = ()
    carried: tuple[Carried, ...] = ()
    choice: Choice = field(default_factory=Choice)
    frequencies: int = 0  #: of words in the archive: the state of them; see `store/search_index`


@dataclass(frozen=True, slots=True, kw_only=True)
class Saved:
    """A composition as it was saved."""

    composition: Composition
    inputs: Inputs | None  #: None when they were not given
    program: str  #: version of the program that chose
    version: int  #: from 1
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """What one variant is made of, and from what it was chosen."""

    composition: Composition
    inputs: Inputs | None = None


def save_composition(
    connection: Connection,
    composition: Composition,
    *,
    now: datetime,
    program: str,
    inputs: Inputs | None = None,
) -> int:
    """Keep what an edition in one variant is made of; see `save_compositions`."""
    made = {EVERYBODY: Made(composition=composition, inputs=inputs)}
    return save_compositions(connection, made, now=now, program=program)


def save_compositions(
    connection: Connection,
    made: Mapping[str, Made],
    *,
    now: datetime,
    program: str,
    foremost: str = EVERYBODY,
) -> int:
    """Keep what every variant of an edition is made of as its newest version; return that version's number.

    Variants that were there before and are not named are no longer variants of it. Stories that
    the archive does not have are added to it.

    Args:
        made: by variant; EVERYBODY is among them.
        foremost: the variant whose subject stands for the edition.

    Raises:
        NotFound: there is no such edition.
    """
    whole = made[EVERYBODY].composition
    edition(connection, whole.edition)
    key = connection.execute(select(_EDITIONS.c.key).where(_EDITIONS.c.id == whole.edition)).scalar_one()
    stories = [s for one in made.values() for s in (*_shown(one.composition.selection), *_given(one.inputs))]
    numbers = _Numbers(connection, stories, now)
    newest = select(func.max(_COMPOSITIONS.c.version)).where(_COMPOSITIONS.c.edition_key == key)
    version = (connection.execute(newest).scalar() or 0) + 1
    connection.execute(delete(_CARRIED).where(_CARRIED.c.edition_key == key))
    for variant, one in made.items():
        connection.execute(
            insert(_COMPOSITIONS).values(
                edition_key=key,
                variant=variant,
                version=version,
                at=now,
                document=numbers.document(one.composition),
                inputs=numbers.document(one.inputs) if one.inputs else "",
                program=program,
            )
        )
        _note_carried(connection, key, variant, one.composition.selection, numbers)
    connection.execute(
        delete(_COMPOSITIONS).where(
            _COMPOSITIONS.c.edition_key == key, _COMPOSITIONS.c.version <= version - KEPT
        )
    )
    connection.execute(
        update(_EDITIONS).where(_EDITIONS.c.key == key).values(subject=made[foremost].composition.subject)
    )
    return version


def composition(connection: Connection, edition: str, variant: str = EVERYBODY) -> Composition:
    """Return what a variant of an edition is made of, word for word as it was saved last.

    Raises:
        NotFound: it has not been built yet, or not in this variant.
    """
    found: Composition = _read(connection, Composition, _newest(connection, edition, variant).document)
    return found


def compositions(connection: Connection, edition: str) -> dict[str, Composition]:
    """Return what every variant of an edition is made of, EVERYBODY first.

    Raises:
        NotFound: it has not been built yet.
    """
    newest = _newest(connection, edition, EVERYBODY)
    rows = connection.execute(
        select(_COMPOSITIONS.c.variant, _COMPOSITIONS.c.document).where(
            _COMPOSITIONS.c.edition_key == newest.edition_key, _COMPOSITIONS.c.version == newest.version
        )
    )
    found = sorted(rows, key=lambda row: (row.variant != EVERYBODY, row.variant))
    return {row.variant: _read(connection, Composition, row.document) for row in found}


def saved(connection: Connection, edition: str, variant: str = EVERYBODY) -> Saved:
    """Return the newest composition of an edition with what it was chosen from.

    Raises:
        NotFound: it has not been built yet, or not in this variant.
    """
    row = _newest(connection, edition, variant)
    return Saved(
        composition=_read(connection, Composition, row.document),
        inputs=_read(connection, Inputs, row.inputs) if row.inputs else None,
        program=row.program,
        version=row.version,
        at=row.at,
    )


class _Numbers:
    """The version numbers of some stories, and which of them stand for exactly the words at hand."""

    def __init__(self, connection: Connection, stories: Iterable[Story], now: datetime) -> None:
        self._stories = list({id(story): story for story in stories}.values())
        names = [_name(story, str(story.embargo)) for story in self._stories]
        found = version_keys(connection, self._stories)
        missing = [story for story, name in zip(self._stories, names, strict=True) if name not in found]
        if missing:
            put_stories(connection, missing, now=now)
            found = version_keys(connection, self._stories)
        documents = version_documents(connection, found.values())
        self.nearest: dict[int, int] = {}  #: id() of a story -> version that reads the same
        self._exact: dict[int, int] = {}
        for story, name in zip(self._stories, names, strict=True):
            number = found.get(name)
            if number is None:
                continue
            self.nearest[id(story)] = number
            words = documents[number]
            if story_from(words) is story or words == to_json(story):
                self._exact[id(story)] = number

    def document(self, value: Any) -> str:
        """Return `value` as JSON with numbers for stories, and the list of those numbers before it."""
        used: set[int] = set()

        def refer(story: Story) -> int | None:
            number = self._exact.get(id(story))
            if number is not None:
                used.add(number)
            return number

        plain = to_plain(value, refer=refer)
        return written({"stories": sorted(used), "value": plain})


@lru_cache(maxsize=READ)
def _name(story: Story, embargo: str) -> tuple[str, str, str]:
    """Return what names a version; two that are equal may write their embargo in two zones."""
    return story.id, story.source, story.fingerprint


def _read(connection: Connection, kind: Any, document: str) -> Any:
    plain = json.loads(document)
    documents = version_documents(connection, plain["stories"])
    stories = {number: story_from(words) for number, words in documents.items()}
    return from_plain(kind, plain["value"], stories=stories)


def _newest(connection: Connection, edition: str, variant: str) -> Row[*tuple[Any, ...]]:
    row = connection.execute(
        select(_COMPOSITIONS)
        .join(_EDITIONS, _EDITIONS.c.key == _COMPOSITIONS.c.edition_key)
        .where(_EDITIONS.c.id == edition, _COMPOSITIONS.c.variant == variant)
        .order_by(_COMPOSITIONS.c.version.desc())
        .limit(1)
    ).first()
    if row is None and variant != EVERYBODY:
        raise NotFound(f"{edition}: not made in the words of {variant}")
    if row is None:
        raise NotFound(f"{edition}: nothing in it yet: build it first")
    return row


def _note_carried(
    connection: Connection, key: int, variant: str, selection: Selection, numbers: _Numbers
) -> None:
    shown: dict[int, bool] = {}
    for slot in selection.slots:
        for story, featured in ((slot.story, True), *((one.story, False) for one in slot.related)):
            number = numbers.nearest.get(id(story))
            if number is not None:
                shown[number] = shown.get(number, False) or featured
    rows = [
        {"edition_key": key, "variant": variant, "version_key": number, "position": at, "featured": featured}
        for at, (number, featured) in enumerate(shown.items())
    ]
    if rows:
        connection.execute(insert(_CARRIED), rows)


def _shown(selection: Selection) -> Iterable[Story]:
    for slot in selection.slots:
        yield slot.story
        yield from slot.reports
        yield from (related.story for related in slot.related)
    yield from (passed.story for passed in selection.passed_over)


def _given(inputs: Inputs | None) -> Iterable[Story]:
    if inputs is not None:
        yield from inputs.candidates
        yield from inputs.archive
        yield from (item.story for item in inputs.carried)
