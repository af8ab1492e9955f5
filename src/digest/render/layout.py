"""A composition becomes a page: everything a template prints, ready to be printed.

Templates decide how things look and where they stand; what they say is decided here, once,
for the HTML and the text part alike: how far a body is shortened, which picture is shown,
what a block of related stories may call itself.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType

from markupsafe import Markup

from digest.model.digest import Newsroom, RelatedKind
from digest.model.edition import RELATED_IN_ROW, Composition, Related, Slot
from digest.model.finding import Finding, Level
from digest.model.story import Dateline, Image, Story
from digest.model.text import direction, headline_key, plain, primary, truncate
from digest.render import prose
from digest.render.filters import written_date, written_names
from digest.render.page import Block, Item, Page, Picture, RelatedBlock
from digest.render.pictures import PlacedPicture
from digest.render.script import script_of
from digest.render.words import Words

WIDTH = 600  #: CSS pixels of the mail
THUMBNAIL = (132, 88)  #: CSS pixels
LEAD_CHARACTERS = 900  #: of the lead's body, where a link leads to the rest
STANDFIRST_CHARACTERS = 180  #: under a story in a list
UNLINKED_CHARACTERS = 600  #: the same, of one that leads nowhere: its text is not to be had elsewhere
RELATED_CHARACTERS = 140  #: under a related story
PREHEADER_CHARACTERS = 110
#: A credit that says itself what kind of picture it is.
_KIND = re.compile(r"[^\W\d]+(?: [^\W\d]+)?\s?[:：]|©|\(c\)|(?:photo|image|picture)\w*\b", re.IGNORECASE)
MIN_LEAD_WIDTH = 400  #: pixels; a smaller picture is not blown up to the width of the mail


def lay_out(
    composition: Composition,
    *,
    newsroom: Newsroom,
    words: Words,
    pictures: Mapping[str, PlacedPicture],
    titles: Mapping[str, str] = MappingProxyType({}),
) -> Page:
    """Return the page of `composition`. Paragraphs are clean, but their style is not yet on them.

    Args:
        titles: what readers know a source as, by its id; one that is not there goes by its id.
    """
    return _Desk(composition, words, pictures, titles).page(newsroom)


class _Desk:
    """Lays out one composition, and notes what it could not use."""

    def __init__(
        self,
        composition: Composition,
        words: Words,
        pictures: Mapping[str, PlacedPicture],
        titles: Mapping[str, str],
    ) -> None:
        self.composition = composition
        self.language = composition.language
        self.words = words
        self.pictures = pictures
        self.titles = titles
        self.findings: list[Finding] = []

    def page(self, newsroom: Newsroom) -> Page:
        """Return the whole page."""
        composition, language = self.composition, self.language
        featured = composition.selection.featured
        lead = self.lead(featured[0]) if featured else None
        blocks = [Block(title=prose.printable(section.title), items=self.rows(section.stories, section.title))
                  for section in composition.selection.sections if section.stories]  # fmt: skip
        if len(featured) > 1:
            title = self.words.say(language, "also_today")
            blocks.insert(0, Block(title=title, items=self.rows(featured[1:], "")))
        letter = prose.whole([composition.letter] if composition.letter else [])
        if not self.words.speaks(language):
            self.note("words-not-translated", f"the template has no words in {language}: it speaks English")
        script = script_of(language)
        page = Page(
            edition=composition.edition,
            digest=composition.digest,
            title=prose.printable(composition.title),
            language=language,
            direction=script.direction,
            start=script.start,
            end=script.end,
            slanted=script.slanted,
            date=composition.date,
            subject=prose.printable(composition.subject),
            preheader="",
            minutes=1,
            newsroom=newsroom,
            letter=tuple(Markup(text) for text in letter.paragraphs),
            lead=lead,
            blocks=tuple(blocks),
        )
        return replace(page, preheader=self.preheader(page), findings=tuple(self.findings))

    def preheader(self, page: Page) -> str:
        """Return the editor's preheader, or the lead's standfirst, or the next headlines."""
        told = prose.printable(self.composition.preheader)
        if not told and page.lead:
            told = page.lead.standfirst
        if not told or headline_key(told) == headline_key(page.subject):
            told = " · ".join(item.headline for block in page.blocks for item in block.items[:3])
        return truncate(told, prose.room(PREHEADER_CHARACTERS, page.language), page.language)

    def lead(self, slot: Slot) -> Item:
        """Return the first story with body, picture and related blocks."""
        story = slot.story
        item = self.labelled(slot, self.item(story, kicker=story.section))
        body = self.body(story)
        if headline_key(item.standfirst) == headline_key(
            plain(body.paragraphs[0]) if body.paragraphs else ""
        ):
            item = replace(item, standfirst="")
        return replace(
            item,
            byline=tuple(filter(None, (prose.printable(name) for name in story.byline))),
            dateline=_dateline(story.dateline, self.language) if body.paragraphs else "",
            paragraphs=tuple(Markup(text) for text in body.paragraphs),
            shortened=body.shortened and bool(item.url),
            sign_off="" if body.shortened or story.byline else _sign_off(story),
            also_by=self.also_by(slot),
            picture=self.picture(story, WIDTH),
            related=self.related(slot, RELATED_CHARACTERS),
        )

    def body(self, story: Story) -> prose.Prose:
        """Return the lead's body: shortened where a link leads to the rest, else whole."""
        language = story.language or self.language
        if self.address(story):
            body = prose.shorten(story.body, prose.room(LEAD_CHARACTERS, language), language)
        else:
            body = prose.whole(story.body)
            if body.shortened:
                self.note("body-cut", "has no link and a very long body: the end is cut", story)
        if body.flattened:
            self.note("markup-dropped", "has markup that nests too deep: only its words are printed", story)
        return body

    def rows(self, slots: Sequence[Slot], section: str) -> tuple[Item, ...]:
        """Return the stories of a list."""
        items = []
        for slot in slots:
            kicker = "" if headline_key(slot.story.section) == headline_key(section) else slot.story.section
            limit = STANDFIRST_CHARACTERS if self.address(slot.story) else UNLINKED_CHARACTERS
            item = self.item(slot.story, kicker=kicker if not section else "", limit=limit)
            picture = self.picture(slot.story, THUMBNAIL[0])
            item = replace(item, also_by=self.also_by(slot), picture=picture, related=self.related(slot, 0))
            items.append(self.labelled(slot, item))
        return tuple(items)

    def labelled(self, slot: Slot, item: Item) -> Item:
        """Return `item`, marked where readers have had the story before and it tells more now."""
        if not slot.updated:
            return item
        label = self.words.say(self.language, "updated")
        return replace(item, label=label, kicker=" · ".join(filter(None, (label, item.kicker))))

    def also_by(self, slot: Slot) -> str:
        """Return who else reported the event, each name once and without the story's own source."""
        own, *others = (
            prose.printable(self.titles.get(source) or source)
            for source in (slot.story.source, *(report.source for report in slot.reports))
        )
        names = list(dict.fromkeys(name for name in others if name != own))
        told = written_names(names, self.language)
        return self.words.say(self.language, "also_by", names=told) if names else ""

    def item(self, story: Story, *, kicker: str = "", limit: int = STANDFIRST_CHARACTERS) -> Item:
        """Return what every printed story has."""
        language = story.language or self.language
        other = primary(language) != primary(self.language)
        first = prose.printable(story.standfirst) or next(
            (plain(text) for text in story.body if plain(text)), ""
        )
        if limit == UNLINKED_CHARACTERS:
            first = prose.without_repeats([first, *map(plain, story.body)])
        headline = prose.printable(story.headline) or truncate(first, prose.room(90, language), language)
        headline = headline or prose.printable(story.url or "")
        standfirst = prose.sentences(first, prose.room(limit, language), language) if limit else ""
        if headline_key(standfirst) == headline_key(headline):
            standfirst = ""
        return Item(
            id=story.id,
            url=self.address(story),
            headline=headline,
            standfirst=standfirst,
            kicker=prose.printable(kicker),
            published=story.published,
            language=language if other else "",
            direction=direction(language) if other else "",
        )

    def address(self, story: Story) -> str:
        """Return where the story is, if a reader's click can lead there."""
        if not story.url or story.url.startswith(("https://", "http://")):
            return prose.printable(story.url or "")
        self.note("link-dropped", f"its link is no web address: {story.url[:80]}", story)
        return ""

    def related(self, slot: Slot, limit: int) -> tuple[RelatedBlock, ...]:
        """Return the related stories under headings that are true of them, in the order of trust."""
        offered = set(slot.story.see_more)
        groups: dict[str, list[Related]] = {}
        shown = slot.related
        if not limit:  # those that lead somewhere first
            shown = tuple(sorted(shown, key=lambda related: not related.story.url))[:RELATED_IN_ROW]
        for related in shown:
            kind = "see more" if related.story.id in offered else related.kind.value
            groups.setdefault(kind, []).append(related)
        order = ["see more", *(kind.value for kind in RelatedKind)]
        return tuple(
            RelatedBlock(
                kind=kind,
                title=self.heading(kind, slot.story),
                items=tuple(self.related_item(related.story, limit) for related in groups[kind]),
            )
            for kind in order
            if kind in groups
        )

    def related_item(self, story: Story, limit: int) -> Item:
        """Return one related story; without a limit only its headline."""
        item = self.item(story, limit=limit)
        return replace(item, picture=self.picture(story, THUMBNAIL[0])) if limit else item

    def heading(self, kind: str, story: Story) -> str:
        """Return what a block of `kind` under `story` calls itself."""
        if kind == RelatedKind.MORE_FROM_SECTION:
            if story.section:
                return self.words.say(self.language, "more_from", section=story.section)
            return self.words.say(self.language, "more_stories")
        return self.words.say(self.language, kind.replace(" ", "_"))

    def picture(self, story: Story, width: int) -> Picture | None:
        """Return the first picture of `story` that was prepared, at its printed size."""
        for image in story.images:
            placed = self.pictures.get(image.url or "")
            if placed:
                made = _printed(image, placed, width)
                return replace(made, credit_line=self.credit_line(made.credit))
        wanted = next((image.url for image in story.images if image.url), None)
        if wanted:
            self.note("picture-missing", f"its picture could not be used: laid out without: {wanted}", story)
        return None

    def credit_line(self, credit: str) -> str:
        """Return the credit as printed; one that says its own kind, such as `Drawing: Ann`, as it is."""
        if not credit or _KIND.match(credit):
            return credit
        return self.words.say(self.language, "credit", credit=credit)

    def note(self, code: str, message: str, story: Story | None = None) -> None:
        """Add a finding."""
        where = (story.headline or story.id) if story else self.composition.edition
        level = Level.WARNING if code != "picture-missing" else Level.NOTE
        finding = Finding(level=level, code=code, message=message, where=where)
        if finding not in self.findings:
            self.findings.append(finding)


def _printed(image: Image, placed: PlacedPicture, width: int) -> Picture:
    """Return the picture at `width`, or at its own when it is much smaller; a list gets the small print."""
    if width < WIDTH and placed.thumbnail:
        placed = placed.thumbnail
    if width == WIDTH and placed.width < MIN_LEAD_WIDTH:
        width = placed.width
    height = round(placed.height * width / placed.width)
    if width < WIDTH and height > width:  # a tall one beside a text takes no more room than a square
        width, height = round(width * width / height), width
    return Picture(
        address=placed.address,
        width=width,
        height=height,
        alt=prose.printable(image.alt),
        caption=prose.printable(image.caption),
        credit=prose.printable(image.credit),
    )


def _dateline(dateline: Dateline | None, language: str) -> str:
    """Return place, date and agency in the order of print: `Harbour, 23 November (HPA)`."""
    if dateline is None:
        return ""
    day = written_date(dateline.date, language, "long") if dateline.date else ""
    place = ", ".join(filter(None, (dateline.place, day)))
    return " ".join(filter(None, (place, f"({dateline.agency})" if dateline.agency else "")))


def _sign_off(story: Story) -> str:
    """Return the line at the end, unless the dateline has said it already."""
    agency = story.dateline.agency if story.dateline else ""
    return "" if story.sign_off == agency else prose.printable(story.sign_off)
