"""Changes in words, for an edition's history and for whoever is told of them."""

from collections.abc import Mapping

from digest.model.change import OUT, PINNED, Change, Field
from digest.model.story import Story
from digest.model.text import truncate

#: Characters of a value that a line of history repeats.
_SHORT = 80


def said(change: Change, stories: Mapping[str, Story]) -> str:
    """Return what a change does: `moved “Rail strike” before “Schools open late”`."""
    name, value = _name(change.story, stories), change.value
    match change.field:
        case Field.LEAD:
            return "lead: by the rules again" if value is None else f"{_name(value, stories)} leads"
        case Field.BREAKING:
            return "marked as breaking news" if value else "marked as breaking news no more"
        case Field.PLACE:
            verb = {PINNED: "pinned", OUT: "left out"}.get(value or "")
            return f"{verb} {name}" if verb else f"{name}: by the rules again"
        case Field.POSITION:
            where = "to the end" if value is None else f"before {_name(value, stories)}"
            return f"moved {name} {where}"
        case Field.VERSION:
            return f"{name}: as its source says now" if value else f"{name}: as it was chosen"
        case Field.IMAGE:
            told = {None: "its own again", "": "none"}.get(value, "another one")
            return f"picture of {name}: {told}"
        case _:
            of = f" of {name}" if change.story else ""
            return f"{change.field.value}{of}: {_quoted(value)}"


def _name(story: str, stories: Mapping[str, Story]) -> str:
    held = stories.get(story)
    return f"“{truncate(held.headline or held.standfirst, 60, held.language)}”" if held else "a story"


def _quoted(value: str | None) -> str:
    if value is None:
        return "its own again"
    return f"“{truncate(value, _SHORT, '')}”" if value else "none"
