"""Render a letter: the short mails that a reader's own step brings about, one per language.

`confirm` asks for the yes, `welcome` answers it, `data` brings the links to one's data. A letter
is rendered once and filled for each reader, like an edition.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from digest.model.digest import Newsroom
from digest.model.errors import RenderError
from digest.model.mail import Rendering
from digest.model.text import squeeze
from digest.render.edition import speech, write_html
from digest.render.plain import tidy
from digest.render.script import script_of
from digest.render.template import load_template

#: The letters there are, with the slots that each one needs beside `email`.
LETTERS: Mapping[str, tuple[str, ...]] = {
    "confirm": ("confirm_url",),
    "welcome": ("preferences_url", "unsubscribe_url"),
    "data": ("export_url", "erase_url", "preferences_url"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """Everything a letter prints, beside its words and slots."""

    name: str
    title: str  #: of the digest that it is about
    subject: str
    preheader: str
    newsroom: Newsroom
    values: Mapping[str, str]  #: whatever else the caller gave, for templates of one's own
    language: str
    direction: str
    start: str
    end: str
    slanted: bool


def render_letter(
    name: str,
    language: str,
    *,
    newsroom: Newsroom,
    values: Mapping[str, str],
    nonce: str,
    folders: Sequence[Path] = (),
) -> Rendering:
    """Return the letter called `name` in `language`, or in English where it is not translated.

    Args:
        name: one of `LETTERS`.
        language: BCP 47.
        newsroom: who writes.
        values: `title`, the digest's; more for templates of one's own.
        nonce: begins every slot.
        folders: where templates are looked for, before the bundled ones.

    Raises:
        RenderError: there is no such letter, or its template is wrong.
    """
    if name not in LETTERS:
        raise RenderError(f"{name}: no letter of that name: there are {', '.join(LETTERS)}")
    template = load_template("letters", folders, main=f"{name}.mjml")
    spoken = language if template.words.speaks(language) else "en"
    script = script_of(spoken)
    title = squeeze(values["title"])
    letter = Letter(
        name=name,
        title=title,
        subject=template.words.say(spoken, f"{name}_subject", title=title),
        preheader=template.words.say(spoken, f"{name}_preheader", title=title),
        newsroom=newsroom,
        values=values,
        language=spoken,
        direction=script.direction,
        start=script.start,
        end=script.end,
        slanted=script.slanted,
    )
    variables = {"letter": letter, **speech(template, spoken, nonce)}
    return Rendering(
        subject=letter.subject,
        preheader=letter.preheader,
        html=write_html(template, f"letters/{name}.mjml", variables),
        text=tidy(template.write(f"letters/{name}.txt", variables)),
        nonce=nonce,
        language=spoken,
    )
