"""Changes of content as forms send them: only what the editor touched is a change."""

from digest.flows.desk import changing, linking
from digest.flows.desk.changing import Changed
from digest.flows.desk.picturing import fetch_picture
from digest.model.change import OF_WORDS, Change, Field
from digest.model.errors import AskedWrongly
from digest.web.desk.posting import Asked

_WRITTEN = (Field.SUBJECT, Field.PREHEADER, Field.LETTER)
_OF_STORY = (Field.PLACE, Field.POSITION)


def change(asked: Asked) -> Changed:
    """Make the changes of a form."""
    wanted = changes_in(asked)
    for one in wanted:
        if one.field is Field.IMAGE and one.value:
            fetch_picture(asked.house.store, asked.workshop, one.story, one.value, now=asked.now)
    return changing.change(
        asked.house.store, asked.workshop, asked.edition, wanted,
        version=asked.version, who=asked.who, now=asked.now,
    )  # fmt: skip


def undo(asked: Asked) -> Changed:
    """Undo one line of the history."""
    number = asked.field("number")
    if not number.isdecimal():
        raise AskedWrongly(f"{asked.edition}: which change is to be undone?")
    return changing.undo(
        asked.house.store, asked.workshop, asked.edition, int(number), who=asked.who, now=asked.now
    )


def link(asked: Asked) -> Changed:
    """Bring a story in by its link."""
    return linking.paste_link(
        asked.house.store, asked.workshop, asked.edition, asked.field("url").strip(),
        version=asked.version, who=asked.who, now=asked.now,
    )  # fmt: skip


def changes_in(asked: Asked) -> list[Change]:
    """Return what a form changes: fields that differ from what was shown, and the button that was pressed.

    Raises:
        AskedWrongly: a value that no button of ours sends.
    """
    story, form = asked.field("story"), asked.form
    try:
        found = [
            Change(field=field, value=asked.field(field.value))
            for field in _WRITTEN
            if field.value in form and _differs(asked, field)
        ]
        if "lead" in form:
            found.append(Change(field=Field.LEAD, value=asked.field("lead") or None))
        if "breaking" in form:
            found.append(Change(field=Field.BREAKING, value=asked.field("breaking") or None))
        found += [
            Change(field=field, story=story, value=asked.field(field.value) or None)
            for field in _OF_STORY
            if field.value in form
        ]
        found += [
            Change(field=field, story=story, value=asked.field(field.value))
            for field in Field
            if field in OF_WORDS and field.value in form and _differs(asked, field)
        ]
    except ValueError as error:
        raise AskedWrongly(f"{asked.edition}: {error}") from error
    return found


def _differs(asked: Asked, field: Field) -> bool:
    """Whether a field was touched: what was shown is sent along, so that an old page changes nothing else."""
    now, before = (
        asked.field(name).replace("\r\n", "\n").strip() for name in (field.value, f"was-{field.value}")
    )
    return now != before or f"was-{field.value}" not in asked.form
