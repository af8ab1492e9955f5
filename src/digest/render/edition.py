"""Render an edition: from a composition to a finished mail with slots.

Once per variant, never per reader: layout, authors' HTML inlined, MJML, HTML, and a text
part of its own from the same page.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType

from markupsafe import Markup

from digest.model.digest import Newsroom
from digest.model.edition import Composition, printed
from digest.model.finding import Finding
from digest.model.mail import Encoding, Rendering, token
from digest.model.text import plain, reading_minutes
from digest.render.components import MarkupWrong
from digest.render.inline import DEFAULT, Inliner, inline
from digest.render.layout import lay_out
from digest.render.mjml import to_html
from digest.render.page import Item, Page
from digest.render.pictures import PlacedPicture
from digest.render.plain import tidy
from digest.render.template import Template


@dataclass(frozen=True, slots=True, kw_only=True)
class Rendered:
    """A rendering, and what was noticed while it was made."""

    rendering: Rendering
    findings: tuple[Finding, ...] = ()


def render(
    composition: Composition,
    *,
    newsroom: Newsroom,
    template: Template,
    pictures: Mapping[str, PlacedPicture],
    nonce: str,
    minutes: int | None = None,
    titles: Mapping[str, str] = MappingProxyType({}),
    inliner: Inliner = DEFAULT,
) -> Rendered:
    """Return the mail that `composition` is, the same for all readers but for its slots.

    Args:
        composition: what the edition says, in order.
        newsroom: who says it; printed in the footer.
        template: how it looks.
        pictures: by a story image's url; an image that is not there is laid out without.
        nonce: letters, digits and hyphens that no author can know; begins every slot.
        minutes: to read; counted from the page when None.
        titles: what readers know a source as, by its id.
        inliner: writes `prose.css` onto authors' HTML.

    Raises:
        RenderError: with the template's file and line, or the story that cannot be printed.
    """
    page = lay_out(
        printed(composition), newsroom=newsroom, words=template.words, pictures=pictures, titles=titles
    )
    page = replace(page, minutes=minutes if minutes is not None else count_minutes(page))
    page = with_style(page, template.prose_css, inliner)
    variables = {"page": page, **speech(template, page.language, nonce)}
    html = write_html(template, f"{template.name}/edition.mjml", variables)
    text = tidy(template.write(text_file(template), variables))
    rendering = Rendering(
        subject=page.subject,
        preheader=page.preheader,
        html=html,
        text=text,
        nonce=nonce,
        language=page.language,
    )
    return Rendered(rendering=rendering, findings=page.findings)


def speech(template: Template, language: str, nonce: str) -> dict[str, Callable[..., str]]:
    """Return the functions that every template has: `slot` and `word`."""

    def slot(name: str, encoding: str = "text") -> str:
        return token(nonce, name, Encoding(encoding))

    def word(key: str, **values: object) -> str:
        return template.words.say(language, key, **values)

    return {"slot": slot, "word": word}


def write_html(template: Template, file: str, variables: Mapping[str, object]) -> str:
    """Return the HTML of the MJML that `file` writes; errors name the template's line."""
    written = template.write(file, variables)
    try:
        return to_html(written)
    except MarkupWrong as wrong:
        raise template.blame(wrong, file, variables) from wrong


def text_file(template: Template) -> str:
    """Return the file that writes the text part: the template's own, else that of `brief`."""
    own = f"{template.name}/edition.txt"
    return own if any((folder / own).is_file() for folder in template.folders) else "brief/edition.txt"


def count_minutes(page: Page) -> int:
    """Return the minutes it takes to read what is printed."""
    items = [*([page.lead] if page.lead else []), *(item for block in page.blocks for item in block.items)]
    words = [text for item in items for text in _read(item)]
    return reading_minutes("\n".join([*words, *(plain(text) for text in page.letter)]), page.language)


def _read(item: Item) -> list[str]:
    related = [text for block in item.related for other in block.items for text in _read(other)]
    return [item.headline, item.standfirst, *(plain(text) for text in item.paragraphs), *related]


def with_style(page: Page, css: str, inliner: Inliner) -> Page:
    """Return `page` with the rules of `css` written onto what authors wrote."""
    body = page.lead.paragraphs if page.lead else ()
    styled = [Markup(text) for text in inline([*page.letter, *body], css, inliner)]
    letter, body = tuple(styled[: len(page.letter)]), tuple(styled[len(page.letter) :])
    lead = replace(page.lead, paragraphs=body) if page.lead else None
    return replace(page, letter=letter, lead=lead)
