"""What an editor typed, as a value that an edition keeps: one line where there is one line, not too long."""

from collections.abc import Mapping
from dataclasses import replace

from digest.model.cadence import is_round_up
from digest.model.change import OF_WORDS, Change, Field
from digest.model.errors import AskedWrongly, NotFound
from digest.model.story import Story
from digest.model.text import squeeze
from digest.store.editions import EditionKind, EditionRecord

#: Characters.
LONGEST: Mapping[Field, int] = {
    Field.SUBJECT: 200, Field.PREHEADER: 300, Field.LETTER: 4000, Field.HEADLINE: 300,
    Field.STANDFIRST: 1500, Field.IMAGE: 2000, Field.ALT: 500,
}  # fmt: skip
#: Emptied by an editor, these are made by the program again.
_NEVER_EMPTY = (Field.SUBJECT, Field.PREHEADER, Field.LETTER, Field.HEADLINE)


def settled(change: Change, stories: Mapping[str, Story], edition: str) -> Change:
    """Return `change` with its value cleaned; what equals a story's own words is None.

    Raises:
        NotFound: no such story among what the edition was chosen from.
        AskedWrongly: the value is too long.
    """
    for id in (change.story, change.value if change.field is Field.LEAD else None):
        if id and id not in stories:
            raise NotFound(f"{edition}: no such story: {id}")
    if change.value is None or change.field not in LONGEST:
        return change
    value = _letter(change.value) if change.field is Field.LETTER else squeeze(change.value)
    if len(value) > LONGEST[change.field]:
        raise AskedWrongly(f"{change.field}: {len(value):,} characters: at most {LONGEST[change.field]:,}")
    if not value and change.field in _NEVER_EMPTY:
        return replace(change, value=None)
    if change.field in OF_WORDS and value == own(stories[change.story], change.field):
        return replace(change, value=None)
    return replace(change, value=value)


def refuse_breaking(record: EditionRecord) -> None:
    """Raise AskedWrongly where breaking news is no word for an edition: its readers are others anyway."""
    if record.kind is not EditionKind.EDITION or is_round_up(record.id):
        what = "a round-up" if is_round_up(record.id) else f"a {record.kind.value}"
        raise AskedWrongly(f"{record.id}: no breaking news: {what} has readers of its own")


def own(story: Story, field: Field) -> str:
    """Return what the story itself says."""
    image = story.images[0] if story.images else None
    match field:
        case Field.HEADLINE:
            return story.headline
        case Field.STANDFIRST:
            return story.standfirst
        case Field.IMAGE:
            return (image.url or "") if image else ""
        case _:
            return image.alt if image else ""


def _letter(text: str) -> str:
    return "\n".join(squeeze(line) for line in text.replace("\r\n", "\n").strip().split("\n"))
