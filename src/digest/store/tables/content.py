"""The content tables, declared as SQLModel: stories, visits, pictures, editions, occurrences.

This is what migrations are made from and what a new database gets. Statements use the plain view
of the same columns in `archive` and `occurrences`, since SQLModel brings the whole ORM with it: a
third of a second of CPU for every command. `tests/store/test_tables` proves the two equal.
"""

from datetime import date, datetime
from typing import Any, ClassVar

from sqlalchemy import (
    Boolean,
    Date,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Text,
    UniqueConstraint,
)
from sqlalchemy.orm import registry
from sqlmodel import Field, SQLModel

from digest.store.tables import Key, Moment
from digest.store.tables import metadata as ours


class Row(SQLModel, registry=registry(metadata=ours)):
    """A row of one of our tables. A `table=True` model checks nothing: values come from `model`."""

    metadata: ClassVar[MetaData] = ours


def column(kind: Any, **more: Any) -> Any:
    """Return a field with exactly this column type; more options are SQLModel's."""
    return Field(sa_type=kind, **more)


class StoryRow(Row, table=True):
    """A story, whoever told it: only what is true of every version."""

    __tablename__ = "stories"

    key: int | None = column(Key, primary_key=True, default=None)
    id: str = column(Text, unique=True)
    first_seen: datetime = column(Moment)


class StoryVersionRow(Row, table=True):
    """What one source printed: never changed once written, so that an edition can be replayed."""

    __tablename__ = "story_versions"
    __table_args__ = (UniqueConstraint("story_key", "source", "fingerprint"),)

    key: int | None = column(Key, primary_key=True, default=None)
    story_key: int = column(Key, foreign_key="stories.key", ondelete="CASCADE")
    source: str = column(Text)
    fingerprint: str = column(Text)
    seen_at: datetime = column(Moment)
    document: str = column(Text)  #: `store/codec`


class CurrentVersionRow(Row, table=True):
    """The version that a source prints now."""

    __tablename__ = "current_versions"
    __table_args__ = (Index(None, "source", "sort_at"),)

    story_key: int = column(Key, primary_key=True, foreign_key="stories.key", ondelete="CASCADE")
    source: str = column(Text, primary_key=True)
    version_key: int = column(Key, foreign_key="story_versions.key", ondelete="CASCADE", index=True)
    sort_at: datetime = column(Moment)  #: the story's `when`
    full: bool = column(Boolean)  #: False for a teaser
    usable: bool = column(Boolean)  #: False once it was withheld or killed
    changed_at: datetime = column(Moment)


class IndexSegmentRow(Row, table=True):
    """A part of the index over the archive, as `selection/index` writes it."""

    __tablename__ = "index_segments"

    key: int | None = column(Key, primary_key=True, default=None)
    first: int = column(Key, unique=True)  #: key of the first version in it
    last: int = column(Key)
    texts: int = column(Integer)
    body: bytes = column(LargeBinary)


class FrequenciesRow(Row, table=True):
    """How common each word was at one time: never changed, so that an edition can be replayed."""

    __tablename__ = "frequencies"

    number: int | None = column(Key, primary_key=True, default=None)
    texts: int = column(Integer)  #: that were counted
    body: bytes = column(LargeBinary)


class BookmarkRow(Row, table=True):
    """What makes the next GET of an address conditional (RFC 9110, 13)."""

    __tablename__ = "bookmarks"

    url: str = column(Text, primary_key=True)
    etag: str = column(Text, default="")
    last_modified: str = column(Text, default="")
    moved_to: str = column(Text, default="")  #: after a permanent redirect
    at: datetime = column(Moment)


class VisitRow(Row, table=True):
    """One visit to a source and what came of it."""

    __tablename__ = "visits"
    __table_args__ = (Index(None, "source", "at"),)

    key: int | None = column(Key, primary_key=True, default=None)
    source: str = column(Text)
    at: datetime = column(Moment)
    ok: bool = column(Boolean)
    why: str = column(Text, default="")
    new: int = column(Integer, default=0)
    updated: int = column(Integer, default=0)
    same: int = column(Integer, default=0)
    findings: str = column(Text, default="[]")


class PictureRow(Row, table=True):
    """A picture that was fetched, under the name its content gives it; or why it could not be."""

    __tablename__ = "pictures"

    url: str = column(Text, primary_key=True)
    name: str = column(Text, default="", index=True)  #: `HASH.jpg`; empty when it failed
    content_type: str = column(Text, default="")
    width: int = column(Integer, default=0)
    height: int = column(Integer, default=0)
    size: int = column(Integer, default=0)  #: bytes
    why: str = column(Text, default="")  #: why it failed
    at: datetime = column(Moment)


class EditionRow(Row, table=True):
    """An edition; also a correction, and the built-in edition behind each letter."""

    __tablename__ = "editions"
    __table_args__ = (Index(None, "digest", "day"), Index(None, "state"))

    key: int | None = column(Key, primary_key=True, default=None)
    id: str = column(Text, unique=True)  #: `morning/2026-11-23`
    digest: str = column(Text)
    kind: str = column(Text, default="edition")  #: edition, correction, letter
    day: date = column(Date)
    due: datetime | None = column(Moment, default=None)
    state: str = column(Text)  #: `model.edition.EditionState`
    why: str = column(Text, default="")  #: of the last step
    subject: str = column(Text, default="")
    choice: str = column(Text, default="{}")  #: `model.edition.Choice`
    approved_hash: str = column(Text, default="")
    made_at: datetime = column(Moment)
    published_at: datetime | None = column(Moment, default=None)  #: when it began to be sent
    changed_at: datetime = column(Moment)


class HistoryRow(Row, table=True):
    """A line of an edition's history: who did what, when; a change of content with what was before."""

    __tablename__ = "history"

    key: int | None = column(Key, primary_key=True, default=None)
    edition_key: int = column(Key, foreign_key="editions.key", ondelete="CASCADE", index=True)
    at: datetime = column(Moment)
    who: str = column(Text)
    what: str = column(Text)
    old_state: str = column(Text, default="")
    new_state: str = column(Text, default="")
    field: str = column(Text, default="")  #: `model.change.Field`; empty where nothing was changed
    story: str = column(Text, default="")  #: whose field it is; empty: the edition's
    before: str | None = column(Text, default=None)
    after: str | None = column(Text, default=None)


class CompositionRow(Row, table=True):
    """What an edition is made of, with its reasons; the last saves are kept."""

    __tablename__ = "compositions"

    edition_key: int = column(Key, primary_key=True, foreign_key="editions.key", ondelete="CASCADE")
    variant: str = column(Text, primary_key=True)
    version: int = column(Integer, primary_key=True)  #: from 1; all variants of one save share it
    at: datetime = column(Moment)
    document: str = column(Text)  #: stories by the key of their version
    inputs: str = column(Text)  #: what it was chosen from and by which rules; empty when not known
    program: str = column(Text)  #: version of the program that chose


class CarriedRow(Row, table=True):
    """A story in the newest composition of a variant: what `never_repeat_within` asks for."""

    __tablename__ = "carried"

    edition_key: int = column(Key, primary_key=True, foreign_key="editions.key", ondelete="CASCADE")
    variant: str = column(Text, primary_key=True)
    version_key: int = column(Key, primary_key=True, foreign_key="story_versions.key", index=True)
    position: int = column(Integer)  #: in the order of reading
    featured: bool = column(Boolean)  #: False for a related item


class ReadingClassRow(Row, table=True):
    """Where a reading class stands in an edition: whose words it gets, and how many readers it has."""

    __tablename__ = "reading_classes"

    edition_key: int = column(Key, primary_key=True, foreign_key="editions.key", ondelete="CASCADE")
    name: str = column(Text, primary_key=True)  #: `model.classes.ReadingClass.key`
    document: str = column(Text)  #: `model.classes.ReadingClass`
    readers: int = column(Integer)  #: when it was counted: at the build, then when it was published
    follows: str = column(Text)  #: name of the class whose stories it gets
    variant: str = column(Text)  #: empty when it is left out
    why: str = column(Text, default="")  #: it is merged, or left out


class RenderingRow(Row, table=True):
    """One variant of an edition in one version: every byte but the readers' slots."""

    __tablename__ = "renderings"
    __table_args__ = (UniqueConstraint("edition_key", "variant", "version"),)

    key: int | None = column(Key, primary_key=True, default=None)
    edition_key: int = column(Key, foreign_key="editions.key", ondelete="CASCADE")
    variant: str = column(Text)
    version: int = column(Integer)  #: from 1; a correction makes the next one
    hash: str = column(Text)
    subject: str = column(Text)
    preheader: str = column(Text)
    html: str = column(Text)
    text: str = column(Text)
    nonce: str = column(Text)
    language: str = column(Text)
    at: datetime = column(Moment)


class ApprovalRow(Row, table=True):
    """An editor's yes to exactly these words."""

    __tablename__ = "approvals"

    edition_key: int = column(Key, primary_key=True, foreign_key="editions.key", ondelete="CASCADE")
    hash: str = column(Text, primary_key=True)
    who: str = column(Text, primary_key=True)
    at: datetime = column(Moment)


class OverrideRow(Row, table=True):
    """An approver's word that a blocker does not stop exactly these words."""

    __tablename__ = "overrides"

    edition_key: int = column(Key, primary_key=True, foreign_key="editions.key", ondelete="CASCADE")
    hash: str = column(Text, primary_key=True)
    rule: str = column(Text, primary_key=True)  #: a finding's code
    who: str = column(Text)
    reason: str = column(Text)
    at: datetime = column(Moment)


class LookedRow(Row, table=True):
    """What a check outside of the program found in exactly these words."""

    __tablename__ = "looked"

    edition_key: int = column(Key, primary_key=True, foreign_key="editions.key", ondelete="CASCADE")
    hash: str = column(Text, primary_key=True)
    what: str = column(Text, primary_key=True)  #: links, spam, access
    at: datetime = column(Moment)
    findings: str = column(Text)


class CorrectionRow(Row, table=True):
    """A correction of an edition that had begun to leave: what was wrong, and since which words it is not."""

    __tablename__ = "corrections"

    edition_key: int = column(Key, primary_key=True, foreign_key="editions.key", ondelete="CASCADE")
    number: int = column(Integer, primary_key=True)  #: from 1
    at: datetime = column(Moment)
    who: str = column(Text)
    story: str = column(Text)  #: id of the story that was wrong; empty: none by itself
    told: str = column(Text)  #: what was wrong, for readers
    variants: str = column(Text)  #: whose words changed, joined by spaces
    rendering: int = column(Key)  #: the first of the new words: older ones of `variants` were wrong


class OccurrenceRow(Row, table=True):
    """A slot that came due. The unique (digest, slot) is what makes it fire once."""

    __tablename__ = "occurrences"
    __table_args__ = (UniqueConstraint("digest", "slot"), Index(None, "state", "due"))

    key: int | None = column(Key, primary_key=True, default=None)
    digest: str = column(Text)
    slot: str = column(Text)  #: `2026-11-23`, or `2026-11-23/2`
    day: date = column(Date)
    number: int = column(Integer)
    due: datetime = column(Moment)
    state: str = column(Text)  #: new, running, done, skipped
    reason: str = column(Text, default="")  #: why it was skipped
    owner: str = column(Text, default="")
    lease_until: datetime | None = column(Moment, default=None)
    fence: int = column(Integer, default=0)
    claimed_at: datetime | None = column(Moment, default=None)
    finished_at: datetime | None = column(Moment, default=None)
