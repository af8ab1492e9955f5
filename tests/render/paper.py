"""A made-up newsroom's stories, editions and pictures, for the tests and pictures of this room."""

import io
import json
import math
import random
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from digest.model.digest import Newsroom, RelatedKind
from digest.model.edition import Composition, FilledSection, Related, Selection, Slot
from digest.model.story import Completeness, Dateline, Image, Story
from digest.render.pictures import PlacedPicture

NONCE = "n0nce-4f2a9c"
SEEN = datetime(2026, 11, 23, 5, 0, tzinfo=UTC)
MORNING = datetime(2026, 11, 23, 7, 0, tzinfo=ZoneInfo("Europe/Stockholm"))
POST = Newsroom(
    name="The Harbour Post",
    website="https://harbourpost.example",
    pages="https://news.harbourpost.example",
    postal_address="12 Quay Street, Harbour",
)
VALUES = {
    "email": "anna@reader.example",
    "name": "Anna",
    "greeting": "Good morning, Anna",
    "unsubscribe_url": "https://news.harbourpost.example/u/abc.def",
    "preferences_url": "https://news.harbourpost.example/p/abc.def",
    "view_url": "https://news.harbourpost.example/morning/2026-11-23",
}

_PAPER = json.loads(Path(__file__).with_name("paper.json").read_text("utf-8"))


def image(number: int, alt: str, *, caption: str = "", credit: str = "") -> Image:
    """Return a picture of a story; its address is a path that `placed` knows."""
    return Image(
        url=f"pictures/{number}.jpg", alt=alt, caption=caption, credit=credit, width=1500, height=1000
    )


def lead(**changes: object) -> Story:
    """Return the story that leads."""
    story = Story(
        source="city-desk",
        headline="Harbour votes for a tide wall you can walk on",
        first_seen=SEEN,
        url="https://harbourpost.example/city/tide-wall",
        standfirst="After eleven winters of sandbags, the council chose the lower and wider of two designs. "
        "The ferries keep running.",
        byline=("Ines Marlow", "Jon Aker"),
        dateline=Dateline(place="Harbour", agency="HPA"),
        body=tuple(_PAPER["body"]),
        section="City",
        language="en",
        images=(
            image(
                0,
                "People walk along a broad stone wall above the sea in evening light",
                caption="The new wall, as its architects see it.",
                credit="Holt & Varga",
            ),
        ),
    )
    return replace(story, **changes)  # type: ignore[arg-type]


def news(number: int, **changes: object) -> Story:
    """Return story `number` of the made-up paper, as a row of a list needs it."""
    told = _PAPER["news"][number % len(_PAPER["news"])]
    section, alt = told["section"], told["alt"]
    story = Story(
        source="city-desk",
        headline=told["headline"],
        first_seen=SEEN,
        url=f"https://harbourpost.example/{section.lower().replace(' ', '-')}/{number}",
        standfirst=told["standfirst"],
        section=section,
        language="en",
        images=(image(number + 1, alt),) if alt else (),
    )
    return replace(story, **changes)  # type: ignore[arg-type]


#: What readers know the paper's other sources as.
TITLES = {"herald": "The Inland Herald", "hpa": "Harbour Press Agency"}


def slot(story: Story, *related: Related, also: tuple[str, ...] = ()) -> Slot:
    """Return `story`, chosen; `also` are the sources of other reports that were merged into it."""
    reports = tuple(replace(story, source=source, url=f"https://{source}.example/1") for source in also)
    return Slot(story=story, why=("newest",), related=related, reports=reports)


def related(kind: RelatedKind, number: int, **changes: object) -> Related:
    """Return story `number` as a related item."""
    return Related(kind=kind, score=0.6, why="shares its words", story=news(number, **changes))


def see_more(*stories: Story) -> tuple[Related, ...]:
    """Return what a page itself offers."""
    return tuple(
        Related(kind=RelatedKind.BACKGROUND, score=1.0, why="offered by its page", story=s) for s in stories
    )


def edition(count: int = 15, **changes: object) -> Composition:
    """Return an edition of the made-up paper with `count` stories in all, related ones not counted."""
    first = lead()
    background = related(RelatedKind.BACKGROUND, 20)
    offers = see_more(news(11, completeness=Completeness.PARTIAL), news(7))
    first = replace(first, see_more=tuple(offer.story.id for offer in offers))
    rest = [slot(news(number)) for number in range(max(0, count - 1))]
    if rest:
        rest[0] = slot(rest[0].story, related(RelatedKind.BACKGROUND, 3, url="https://harbourpost.example/x"))
    cut = [("City", rest[:5]), ("Culture", rest[5:10]), ("One more thing", rest[10:])]
    composition = Composition(
        edition="morning/2026-11-23",
        digest="morning",
        title="The Morning Brief",
        language="en",
        date=MORNING,
        subject="A wall to walk on, ferries at night, and silence on loan",
        preheader="The council has voted. What changes on the quay, and eleven more stories for your coffee.",
        selection=Selection(
            featured=(slot(first, *offers, background, also=("herald", "hpa")),),
            sections=tuple(FilledSection(title=title, stories=tuple(slots)) for title, slots in cut if slots),
        ),
    )
    return replace(composition, **changes)  # type: ignore[arg-type]


def placed(composition: Composition) -> dict[str, PlacedPicture]:
    """Return an address for every picture of `composition`, as if all had been prepared."""
    out: dict[str, PlacedPicture] = {}
    for story in composition.selection.carried:
        for picture in story.images:
            if picture.url:
                name = picture.url.rsplit("/", 1)[-1].removesuffix(".jpg")
                base = f"https://news.harbourpost.example/pictures/{name}"
                small = PlacedPicture(address=f"{base}-small.jpg", width=264, height=176)
                out[picture.url] = PlacedPicture(
                    address=f"{base}.jpg", width=1200, height=800, thumbnail=small
                )
    return out


def landscape(seed: int, size: tuple[int, int] = (1500, 1000)) -> bytes:
    """Return a drawn coast as JPEG: sky, sun, ranges in the haze, water; the same for the same seed."""
    from PIL import Image as Pillow
    from PIL import ImageDraw, ImageFilter

    chance = random.Random(seed)
    width, height = size
    high, low, land = _SKIES[seed % len(_SKIES)]
    strip = Pillow.new("RGB", (1, height))
    for y in range(height):
        strip.putpixel((0, y), _mixed(high, low, min(1.0, y / (0.62 * height))))
    canvas = strip.resize(size)
    draw = ImageDraw.Draw(canvas, "RGBA")
    sun, radius = (chance.uniform(0.2, 0.8) * width, chance.uniform(0.22, 0.42) * height), height / 11
    for step in range(7, 0, -1):
        halo = radius * (1 + 0.28 * step)
        draw.ellipse((sun[0] - halo, sun[1] - halo, sun[0] + halo, sun[1] + halo), fill=(255, 246, 222, 14))
    draw.ellipse(
        (sun[0] - radius, sun[1] - radius, sun[0] + radius, sun[1] + radius), fill=(255, 247, 228, 235)
    )
    for layer in range(5):
        base = height * (0.5 + 0.1 * layer)
        waves = [(chance.uniform(0.6, 4.5) * (1 + layer / 3), chance.uniform(0, 6.3)) for _ in range(5)]
        line = [
            (x, base - height * 0.05 * sum(math.sin(f * 6.3 * x / width + p) / (1 + f / 2) for f, p in waves))
            for x in range(0, width + 8, 8)
        ]
        draw.polygon([(0, height), *line, (width, height)], fill=_mixed(low, land, (layer + 1) / 5))
    out = io.BytesIO()
    canvas.filter(ImageFilter.GaussianBlur(1.4)).save(out, "JPEG", quality=88)
    return out.getvalue()


Colour = tuple[int, int, int]
_SKIES: tuple[tuple[Colour, Colour, Colour], ...] = (
    ((38, 66, 104), (238, 172, 128), (30, 36, 52)), ((122, 170, 198), (244, 232, 212), (44, 70, 78)),
    ((84, 58, 104), (240, 158, 132), (40, 26, 48)), ((34, 92, 104), (206, 224, 204), (20, 52, 54)),
    ((184, 116, 74), (250, 218, 160), (78, 42, 26)), ((58, 82, 120), (190, 208, 226), (28, 42, 60)),
)  # fmt: skip


def _mixed(one: Colour, other: Colour, share: float) -> Colour:
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(one, other, strict=True))
    return red, green, blue


def languages() -> tuple[str, ...]:
    """Return the languages in which the paper also appears."""
    return tuple(_PAPER["languages"])


def edition_in(language: str, **changes: object) -> Composition:
    """Return a small edition in another language, with a letter, a lead and three stories."""
    told = _PAPER["languages"][language]
    first = told["lead"]
    picture = image(0, first["alt"], caption=first["caption"], credit=first["credit"])
    top = lead(
        headline=first["headline"], standfirst=first["standfirst"], body=tuple(first["body"]),
        language=language, section=told["section"], byline=(), images=(picture,),
        dateline=Dateline(place=told["place"], agency="HPA"),
    )  # fmt: skip
    rest = [
        news(
            number, headline=row["headline"], standfirst=row["standfirst"], section=told["section"],
            language=language, images=(image(number + 1, row["alt"]),) if row["alt"] else (),
        )
        for number, row in enumerate(told["news"])
    ]  # fmt: skip
    more = Related(kind=RelatedKind.MORE_FROM_SECTION, score=0.4, why="same section", story=rest[2])
    composition = Composition(
        edition="morning/2026-11-23",
        digest="morning",
        title=told["title"],
        language=language,
        date=MORNING,
        subject=told["subject"],
        preheader=told["preheader"],
        letter=told["letter"],
        selection=Selection(
            featured=(slot(top, more, also=("hpa",)),),
            sections=(
                FilledSection(
                    title=told["section"],
                    stories=(slot(rest[0], also=("herald", "hpa")), *(slot(story) for story in rest[1:])),
                ),
            ),
        ),
    )
    return replace(composition, **changes)  # type: ignore[arg-type]
