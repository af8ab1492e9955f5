"""An edition: one dated instance of a digest, what is in it and why, and the steps of its life."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from digest.model.digest import RelatedKind
from digest.model.errors import StepForbidden
from digest.model.finding import Finding
from digest.model.story import Image, Story


class EditionState(StrEnum):
    """Where an edition is in its life."""

    COLLECTING = "collecting"
    READY = "ready"
    HELD = "held"
    APPROVED = "approved"
    SENDING = "sending"
    PAUSED = "paused"
    SENT = "sent"
    SKIPPED = "skipped"
    CANCELLED = "cancelled"
    FAILED = "failed"


_S = EditionState
_BEFORE_SENDING = (_S.COLLECTING, _S.READY, _S.HELD, _S.APPROVED, _S.FAILED)
_STEPS: dict[EditionState, frozenset[EditionState]] = {
    _S.COLLECTING: frozenset({_S.READY, _S.HELD, _S.SKIPPED, _S.CANCELLED, _S.FAILED}),
    _S.READY: frozenset({_S.READY, _S.HELD, _S.APPROVED, _S.SKIPPED, _S.CANCELLED, _S.FAILED}),
    _S.HELD: frozenset({_S.READY, _S.HELD, _S.APPROVED, _S.SKIPPED, _S.CANCELLED, _S.FAILED}),
    _S.APPROVED: frozenset({_S.READY, _S.HELD, _S.SENDING, _S.SKIPPED, _S.CANCELLED, _S.FAILED}),
    _S.SENDING: frozenset({_S.PAUSED, _S.SENT, _S.CANCELLED}),
    _S.PAUSED: frozenset({_S.SENDING, _S.CANCELLED}),
    _S.FAILED: frozenset({_S.READY, _S.SKIPPED, _S.CANCELLED}),
    _S.SENT: frozenset(),
    _S.SKIPPED: frozenset(),
    _S.CANCELLED: frozenset(),
}


def step(edition: str, old: EditionState, new: EditionState) -> EditionState:
    """Return `new`, or raise StepForbidden: an edition never goes back once it is being sent."""
    if new not in _STEPS[old]:
        raise StepForbidden(edition, old, new)
    return new


def before_sending(state: EditionState) -> bool:
    """Whether nothing of an edition in this state can have left."""
    return state in _BEFORE_SENDING


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """One summand of a story's score, in words: `+0.80 newest, 41 minutes old`."""

    name: str  #: stable: recency, reports, source, tags, image, length, priority, carried
    value: float
    words: str


#: Under a story of a list only so many related ones have room; the lead has the whole block.
RELATED_IN_ROW = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Related:
    """A story offered under another one."""

    kind: RelatedKind
    score: float  #: 0 to 1; 1 for what the story's own page offers
    why: str
    story: Story


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """A chosen story, with its reasons."""

    story: Story
    why: tuple[str, ...]
    related: tuple[Related, ...] = ()
    reports: tuple[Story, ...] = ()  #: other reports of the same event, merged into this one
    score: float = 0.0
    terms: tuple[Term, ...] = ()
    updated: bool = False  #: readers have had an earlier version, and this one tells materially more


@dataclass(frozen=True, slots=True, kw_only=True)
class FilledSection:
    """A section of the digest and the stories chosen for it."""

    title: str
    stories: tuple[Slot, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PassedOver:
    """A candidate that was not chosen, and why not."""

    story: Story
    reason: str
    score: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """What goes into an edition, and everything that does not."""

    featured: tuple[Slot, ...] = ()  #: the first one is the lead
    sections: tuple[FilledSection, ...] = ()
    passed_over: tuple[PassedOver, ...] = ()
    findings: tuple[Finding, ...] = ()

    @property
    def slots(self) -> tuple[Slot, ...]:
        """Return every slot in the order of reading."""
        return (*self.featured, *(slot for section in self.sections for slot in section.stories))

    @property
    def carried(self) -> tuple[Story, ...]:
        """Return every story that a reader of the edition is shown, related ones included."""
        return tuple(story for slot in self.slots for story in (slot.story, *(r.story for r in slot.related)))


@dataclass(frozen=True, slots=True, kw_only=True)
class StoryEdit:
    """An editor's own words for one story, in one edition only; None leaves what the story says."""

    story: str  #: its id
    headline: str | None = None
    standfirst: str | None = None  #: empty: printed without one
    image: str | None = None  #: address of the picture to print; empty: none
    alt: str | None = None
    version: str | None = None  #: fingerprint of the newer version that a correction has taken


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """What editors have decided about an edition; ids are stories'."""

    lead: str | None = None
    pinned: tuple[str, ...] = ()  #: in, whatever the score
    excluded: tuple[str, ...] = ()
    order: tuple[str, ...] = ()  #: ids in the order wanted, within their block
    subject: str | None = None  #: None: made from the stories
    preheader: str | None = None
    letter: str = ""  #: as the editor wrote it; cleaned when the edition is set
    edits: tuple[StoryEdit, ...] = ()  #: one for each story at most
    breaking: bool = False  #: those get it too who want breaking news only
    corrects: bool = False  #: it says what was wrong in another edition, and its subject does


@dataclass(frozen=True, slots=True, kw_only=True)
class Carried:
    """A story that an earlier edition showed to the same readers."""

    story: Story  #: in the version that was shown
    edition: str
    at: datetime
    featured: bool = True  #: False when it was only a related item


@dataclass(frozen=True, slots=True, kw_only=True)
class Composition:
    """An edition ready to be laid out: what it says at the top, and its stories."""

    edition: str  #: `morning/2026-11-23`
    digest: str
    title: str
    language: str
    date: datetime  #: aware, in the digest's time zone
    subject: str
    preheader: str
    selection: Selection
    letter: str = ""  #: a few words from the editor, cleaned inline HTML
    findings: tuple[Finding, ...] = ()
    edits: tuple[StoryEdit, ...] = ()  #: the selection is as it was chosen; `printed` puts these words in


def printed(made: Composition) -> Composition:
    """Return an edition as readers see it: with its editors' words in place of the stories' own.

    Stories keep their identity in the archive, in `never_repeat_within` and in the replay, for
    only what is laid out is changed. Doing it twice changes nothing.
    """
    if not made.edits:
        return made
    edits = {edit.story: edit for edit in made.edits}

    def words(story: Story) -> Story:
        edit = edits.get(story.id)
        return story if edit is None else edited(story, edit)

    def slot(old: Slot) -> Slot:
        related = tuple(replace(one, story=words(one.story)) for one in old.related)
        return replace(old, story=words(old.story), related=related)

    selection = replace(
        made.selection,
        featured=tuple(slot(old) for old in made.selection.featured),
        sections=tuple(
            replace(section, stories=tuple(slot(old) for old in section.stories))
            for section in made.selection.sections
        ),
    )
    return replace(made, selection=selection, edits=())


def edited(story: Story, edit: StoryEdit) -> Story:
    """Return `story` with an editor's words in it."""
    images = story.images
    if edit.image is not None:
        there = [image for image in images if image.url == edit.image]
        images = tuple(there) or ((Image(url=edit.image),) if edit.image else ())
    if edit.alt is not None and images:
        images = (replace(images[0], alt=edit.alt), *images[1:])
    return replace(
        story,
        headline=story.headline if edit.headline is None else edit.headline,
        standfirst=story.standfirst if edit.standfirst is None else edit.standfirst,
        images=images,
    )


def edition_id(digest: str, day: str, slot: str = "") -> str:
    """Return `digest/date`, with the slot's name behind it where there is one."""
    return "/".join(filter(None, (digest, day, slot)))


def stories_of(slots: Sequence[Slot]) -> tuple[Story, ...]:
    """Return the stories in `slots`."""
    return tuple(slot.story for slot in slots)
