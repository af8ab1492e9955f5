"""A change that an editor makes to an edition: one field, from one value to another.

A change names the version of the edition that its maker saw, so that two editors lose nothing:
changes of different fields merge, and of the same field the second is told what the first made
of it (`clash`). Undoing is a change back, by the same rule.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from digest.model.edition import Choice, StoryEdit


class Field(StrEnum):
    """What of an edition can be changed; all behind `lead` are a story's."""

    SUBJECT = "subject"
    PREHEADER = "preheader"
    LETTER = "letter"
    LEAD = "lead"  #: value: a story; None: by the digest's rules
    BREAKING = "breaking"  #: value: `yes`; None: it is an edition like any other
    PLACE = "place"  #: value: `pinned` or `out`; None: by the digest's rules
    POSITION = "position"  #: value: the story that comes after it; None: none, it is the last
    HEADLINE = "headline"
    STANDFIRST = "standfirst"
    IMAGE = "image"  #: value: an address; empty: no picture
    ALT = "alt"
    VERSION = "version"  #: value: the fingerprint of the story's version; None: as it was chosen


#: Fields of an edition as a whole.
OF_EDITION = frozenset({Field.SUBJECT, Field.PREHEADER, Field.LETTER, Field.LEAD, Field.BREAKING})
#: Fields that only this edition prints of a story; None: what the story says.
OF_WORDS = frozenset({Field.HEADLINE, Field.STANDFIRST, Field.IMAGE, Field.ALT})
PINNED, OUT = "pinned", "out"
YES = "yes"


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One field of an edition, or of a story in it, is to have this value. None: as the program makes it."""

    field: Field
    value: str | None
    story: str = ""  #: its id; empty for a field of the edition

    def __post_init__(self) -> None:
        if (self.field in OF_EDITION) is bool(self.story):
            raise ValueError(
                f"{self.field}: a story's id {'is missing' if not self.story else 'is too much'}"
            )
        if self.field is Field.PLACE and self.value not in (None, PINNED, OUT):
            raise ValueError(f"place: neither pinned nor out: {self.value}")
        if self.field is Field.BREAKING and self.value not in (None, YES):
            raise ValueError(f"breaking: neither yes nor empty: {self.value}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """A change as it stands in an edition's history."""

    number: int  #: of the line in the history; the edition's version after it
    field: Field
    story: str
    before: str | None
    after: str | None
    who: str


def value_of(choice: Choice, field: Field, story: str, shown: Sequence[str]) -> str | None:
    """Return the value that a field has now.

    Args:
        shown: ids of the stories in the order in which they are laid out.
    """
    match field:
        case Field.SUBJECT | Field.PREHEADER | Field.LEAD:
            value: str | None = getattr(choice, field.value)
        case Field.LETTER:
            value = choice.letter or None
        case Field.BREAKING:
            value = YES if choice.breaking else None
        case Field.PLACE:
            value = OUT if story in choice.excluded else PINNED if story in choice.pinned else None
        case Field.POSITION:
            after = list(shown)[list(shown).index(story) + 1 :] if story in shown else []
            value = after[0] if after else None
        case _:
            edit = next((one for one in choice.edits if one.story == story), None)
            value = getattr(edit, field.value) if edit else None
    return value


def applied(choice: Choice, change: Change, shown: Sequence[str]) -> Choice:
    """Return `choice` with `change` made."""
    story, value = change.story, change.value
    match change.field:
        case Field.LETTER:
            return replace(choice, letter=value or "")
        case Field.SUBJECT:
            return replace(choice, subject=value)
        case Field.PREHEADER:
            return replace(choice, preheader=value)
        case Field.LEAD:
            return replace(choice, lead=value)
        case Field.BREAKING:
            return replace(choice, breaking=value == YES)
        case Field.PLACE:
            return replace(
                choice,
                pinned=_with(choice.pinned, story, value == PINNED),
                excluded=_with(choice.excluded, story, value == OUT),
            )
        case Field.POSITION:
            order = [id for id in shown if id != story]
            at = order.index(value) if value in order else len(order)
            return replace(choice, order=(*order[:at], story, *order[at:]))
        case _:
            return replace(choice, edits=_edited(choice.edits, change))


def clash(change: Change, later: Iterable[Made]) -> Made | None:
    """Return what somebody has made since that `change` would silently undo, or be lost under.

    Args:
        later: what was changed after the version that the editor saw, oldest first.
    """
    newest = {(made.field, made.story): made for made in later}
    same = newest.pop((change.field, change.story), None)
    if same is not None and same.after != change.value:
        return same
    return next((made for made in newest.values() if _contradicts(change, made)), None)


def _contradicts(change: Change, made: Made) -> bool:
    """Whether `change` speaks of a story that was left out since, or leaves out one that leads since."""
    if change.field is Field.PLACE:
        return change.value == OUT and made.field is Field.LEAD and made.after == change.story
    speaks_of = {change.story, change.value if change.field in (Field.LEAD, Field.POSITION) else None}
    return made.field is Field.PLACE and made.after == OUT and made.story in speaks_of


def _with(ids: tuple[str, ...], story: str, wanted: bool) -> tuple[str, ...]:
    others = tuple(id for id in ids if id != story)
    return (*others, story) if wanted else others


def _edited(edits: tuple[StoryEdit, ...], change: Change) -> tuple[StoryEdit, ...]:
    held = next((one for one in edits if one.story == change.story), StoryEdit(story=change.story))
    match change.field:
        case Field.HEADLINE:
            edit = replace(held, headline=change.value)
        case Field.STANDFIRST:
            edit = replace(held, standfirst=change.value)
        case Field.IMAGE:
            edit = replace(held, image=change.value)
        case Field.VERSION:
            edit = replace(held, version=change.value)
        case _:
            edit = replace(held, alt=change.value)
    others = tuple(one for one in edits if one.story != change.story)
    return others if edit == StoryEdit(story=change.story) else (*others, edit)
