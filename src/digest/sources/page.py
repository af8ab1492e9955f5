"""An article page becomes a story, and what it offers as "See more" becomes partial ones.

Metadata are merged (`page_facts`), the text is extracted (`page_body`), and what agencies
print around it is taken off. Everything that is not the text leaves the tree before the
extraction: the block of further stories, pictures with their captions, the standfirst.
"""

from datetime import datetime

from lxml import html as lxml_html

from digest.model.digest import Source
from digest.model.errors import SourceUnreadable
from digest.model.finding import Level
from digest.model.story import Completeness, Dateline, Reading, Story
from digest.model.text import headline_key, plain
from digest.sources import page_facts as facts
from digest.sources.agency_copy import Taken, take_agency_copy
from digest.sources.dateline import read_dateline
from digest.sources.ending import is_sign_off, sign_off_of
from digest.sources.page_body import body_of, lines_after
from digest.sources.page_picture import take_pictures
from digest.sources.page_related import Offer, take_related
from digest.sources.page_standfirst import standfirst_of
from digest.sources.page_times import times_of
from digest.sources.page_tree import Page, drop, page_of, words


def read_page(
    source: Source, data: bytes, *, location: str, content_type: str = "", now: datetime
) -> Reading:
    """Return the story of an article page, and the partial stories that it offers.

    Raises:
        SourceUnreadable: there is neither headline nor text in it.
    """
    page = page_of(data, location=location, content_type=content_type, select=source.select)
    if page is None:
        raise SourceUnreadable(source.id, location, "no HTML page: it holds no element")
    url = facts.address_of(page)
    offers = take_related(page, url)
    headline, element = facts.headline_of(page)
    scope = _scope(page, element)
    section, byline = facts.section_of(page), facts.byline_of(page, element)
    published, updated = times_of(page, scope, element, source.language or page.root.get("lang") or "")
    standfirst, shown = standfirst_of(page, element)
    images = take_pictures(page, scope, url)
    if shown is not None and element is not shown:
        drop(shown)
    captions = [text for image in images for text in (image.caption, image.alt)]
    body = body_of(page, url, without=[headline, *captions, *([standfirst] if shown is not None else [])])
    if not headline and not body:
        raise SourceUnreadable(source.id, location, "no article found: neither headline nor text")
    taken = _signed(page, body, byline[0] if len(byline) == 1 else "")
    language = source.language or facts.language_of(
        page, " ".join([headline, standfirst, *map(plain, body[:6])])
    )
    _report(page, headline, taken)
    partials = _partials(source, offers, language, location, now)
    story = Story(
        source=source.id, headline=headline, first_seen=now, url=url or None,
        path=None if location.startswith("http") else location, standfirst=standfirst, byline=byline,
        dateline=taken.dateline, body=taken.body, section=section or source.section, tags=facts.tags_of(page),
        language=language, published=published, updated=updated, images=images, sign_off=taken.sign_off,
        see_more=tuple(partial.id for partial in partials),
        completeness=Completeness.FULL if taken.body else Completeness.PARTIAL,
    )  # fmt: skip
    return Reading(stories=(story, *partials), findings=tuple(page.findings))


def _scope(page: Page, headline: lxml_html.HtmlElement | None) -> lxml_html.HtmlElement:
    """Return the part of the page that holds the article: the headline's first ancestor with real text."""
    if headline is not None:
        for place in headline.iterancestors():
            if sum(1 for p in place.iter("p") if len(words(p)) > 80) >= 2:
                return place
    articles = list(page.root.iter("article"))
    return articles[0] if len(articles) == 1 else page.root


def _signed(page: Page, body: tuple[str, ...], signer: str) -> Taken:
    """Return the body without dateline, end mark and sign-off; a selector for the dateline wins."""
    after = lines_after(page, body)
    taken = take_agency_copy(body, signer=signer)
    chosen = [read_dateline(words(element)) for element in page.selected("dateline")]
    dateline: Dateline | None = next(filter(None, chosen), taken.dateline)
    agency = dateline.agency if dateline else ""
    signs = (sign_off_of(line) for line in after if is_sign_off(line, agency=agency) or _is(line, signer))
    return Taken(body=taken.body, dateline=dateline, sign_off=taken.sign_off or next(signs, ""))


def _is(line: str, name: str) -> bool:
    return bool(name) and headline_key(line) == headline_key(name)


def _report(page: Page, headline: str, taken: Taken) -> None:
    if not headline:
        page.note("no-headline", "the page has no headline: set `select: {headline: ...}` for this source")
    if not taken.body:
        page.note("no-body", "no text was found on the page: set `select: {body: ...}` for this source")
    elif sum(len(plain(line)) for line in taken.body) < 200:
        page.note("short-body", "only a few words of text were found on the page", Level.NOTE)


def _partials(
    source: Source, offers: tuple[Offer, ...], language: str, location: str, now: datetime
) -> list[Story]:
    found: dict[str, Story] = {}
    for offer in offers:
        story = Story(
            source=source.id, headline=offer.headline, first_seen=now, url=offer.url or None,
            path=None if location.startswith("http") else location, standfirst=offer.summary,
            section=source.section, language=language, images=(offer.image,) if offer.image else (),
            completeness=Completeness.PARTIAL,
        )  # fmt: skip
        found.setdefault(story.id, story)
    return list(found.values())
