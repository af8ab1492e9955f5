"""The mail as a browser shows it: at two widths, in the dark, without pictures, without style sheets.

A browser is not Outlook, but what it measures holds for every program: nothing is wider
than the phone, pictures keep their place, and axe-core has nothing to say. With
`--pictures docs/pictures` the pictures in the documentation are taken anew.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import axe_playwright_python
import pytest
from PIL import Image

from digest.model.digest import RelatedKind
from digest.model.edition import Composition, Selection
from digest.render.edition import render
from digest.render.letters import render_letter
from digest.render.pictures import PlacedPicture, prepare
from digest.render.slots import fill
from digest.render.template import load_template
from render.paper import (
    NONCE,
    POST,
    TITLES,
    VALUES,
    edition,
    edition_in,
    landscape,
    lead,
    news,
    related,
    slot,
)

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page, Route

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

BASE = "https://news.harbourpost.example/pictures/"
PHONE, DESK = 375, 640
#: Rules of axe that mean nothing inside a mail, which is itself one article.
NOT_FOR_MAIL = ("landmark-one-main", "region")
AXE = Path(axe_playwright_python.__file__).parent / "axe.min.js"


class Album:
    """Drawn pictures for every story, prepared as the program prepares them."""

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}
        self.placed: dict[str, PlacedPicture] = {}

    def place(self, composition: Composition) -> dict[str, PlacedPicture]:
        """Return an address for each picture of `composition`."""
        wanted = {i.url for story in composition.selection.carried for i in story.images if i.url}
        for url in sorted(wanted - set(self.placed)):
            data = landscape(int(re.sub(r"\D", "", url)))
            small = self._keep(data, printed_width=132, shape=(3, 2))
            whole = self._keep(data)
            self.placed[url] = PlacedPicture(
                address=whole.address, width=whole.width, height=whole.height, thumbnail=small
            )
        return {url: self.placed[url] for url in wanted}

    def _keep(self, data: bytes, **how: Any) -> PlacedPicture:
        made = prepare(data, **how)
        self.files[made.name] = made.data
        return PlacedPicture(address=BASE + made.name, width=made.width, height=made.height)

    def answer(self, route: "Route") -> None:
        """Serve a picture; nothing else is ever asked for."""
        name = route.request.url.rsplit("/", 1)[-1]
        if name in self.files:
            route.fulfill(body=self.files[name], content_type="image/jpeg")
        else:
            route.abort()


@pytest.fixture(scope="module")
def album() -> Album:
    """All pictures of this module, prepared once."""
    return Album()


@pytest.fixture(scope="module")
def mails(album: Album) -> dict[str, str]:
    """The mails that are looked at, by name."""
    template = load_template("brief")
    long = "Donaudampfschifffahrtsgesellschaftskapitänsmützenfabrikationsgebäude " + "x" * 90
    plain = lead(images=(), standfirst="", byline=(), url=None)
    bare = [slot(plain, related(RelatedKind.SAME_EVENT, 3, url=None))]
    bare += [slot(news(number, images=(), standfirst="")) for number in range(3)]
    endless = [slot(lead(headline=long, section=long)), slot(news(0, headline=long, standfirst="x" * 120))]
    letter = "Good morning. We begin <em>on the quay</em> today, then step into the library."
    compositions = {
        "mail": edition(12, letter=letter),
        "bare": edition(1, selection=Selection(featured=tuple(bare))),
        "long": edition(1, title=long, selection=Selection(featured=tuple(endless))),
        **{language: edition_in(language) for language in ("ar", "zh", "vi")},
    }
    out = {}
    for name, composition in compositions.items():
        made = render(
            composition, newsroom=POST, template=template, pictures=album.place(composition), nonce=NONCE,
            titles=TITLES,
        ).rendering  # fmt: skip
        out[name] = fill(made.html, NONCE, VALUES, html=True)
    for name in ("confirm", "welcome"):
        note = render_letter(name, "en", newsroom=POST, values={"title": "The Morning Brief"}, nonce=NONCE)
        out[name] = fill(
            note.html, NONCE, {**VALUES, "confirm_url": "https://news.harbourpost.example/c/x"}, html=True
        )
    return out


@pytest.fixture
def show(chromium: "Browser", album: Album) -> Iterator[Any]:
    """Open a mail in a window of its own; return the page."""
    opened = []

    def open_it(html: str, width: int, *, dark: bool = False, pictures: bool = True) -> "Page":
        context = chromium.new_context(
            viewport={"width": width, "height": 900}, color_scheme="dark" if dark else "light"
        )
        opened.append(context)
        page = context.new_page()
        page.route("**/*", album.answer if pictures else lambda route: route.abort())
        page.set_content(html, wait_until="load")
        return page

    yield open_it
    for context in opened:
        context.close()


def without_styles(html: str) -> str:
    """Return the mail as programs show it that throw every style block away."""
    return re.sub(r"<style\b.*?</style>", "", html, flags=re.DOTALL)


def size(page: "Page") -> tuple[int, int]:
    width, height = page.evaluate(
        "[document.documentElement.scrollWidth, document.documentElement.scrollHeight]"
    )
    return width, height


def complaints(page: "Page") -> list[tuple[str, list[str]]]:
    """Return what axe-core has to say: its rule, and the elements."""
    page.evaluate(AXE.read_text("utf-8"))
    off = {rule: {"enabled": False} for rule in NOT_FOR_MAIL}
    result = page.evaluate("rules => axe.run(document, {rules, resultTypes: ['violations']})", off)
    return [(v["id"], [node["html"] for node in v["nodes"]]) for v in result["violations"]]


NAMES = ["mail", "ar", "zh", "vi", "bare", "long", "confirm", "welcome"]


@pytest.mark.parametrize("name", NAMES)
def test_nothing_is_wider_than_the_phone_with_or_without_style_sheets(
    name: str, show: Any, mails: dict[str, str]
) -> None:
    assert size(show(mails[name], PHONE))[0] == PHONE
    assert size(show(without_styles(mails[name]), PHONE))[0] == PHONE


@pytest.mark.parametrize("name", ["mail", "ar"])
def test_the_layout_stands_without_its_pictures(name: str, show: Any, mails: dict[str, str]) -> None:
    for width in (PHONE, DESK):
        with_pictures, without = show(mails[name], width), show(mails[name], width, pictures=False)

        assert size(with_pictures) == size(without)


@pytest.mark.parametrize("name", ["mail", "ar", "zh", "bare", "confirm"])
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_axe_has_nothing_to_say(name: str, dark: bool, show: Any, mails: dict[str, str]) -> None:
    page = show(mails[name], DESK, dark=dark)

    assert complaints(page) == []


def test_axe_would_say_something(show: Any, mails: dict[str, str]) -> None:
    broken = mails["confirm"].replace('lang="en"', "").replace("color:#3c4048", "color:#dddddd")

    found = complaints(show(broken, DESK))

    assert {"html-has-lang", "color-contrast"} <= {rule for rule, _ in found}


def test_in_the_dark_the_card_is_dark_and_the_words_are_light(show: Any, mails: dict[str, str]) -> None:
    page = show(mails["mail"], DESK, dark=True)

    ground = page.evaluate("getComputedStyle(document.querySelector('.card table')).backgroundColor")
    ink = page.evaluate("getComputedStyle(document.querySelector('h1 a')).color")
    assert ground == "rgb(24, 28, 34)"
    assert ink == "rgb(243, 241, 236)"


def test_arabic_begins_at_the_right(show: Any, mails: dict[str, str]) -> None:
    page = show(mails["ar"], DESK)

    edges = page.evaluate(
        "[...document.querySelectorAll('h1, h3')].map(e => { const r = document.createRange();"
        "r.selectNodeContents(e); return Math.round(r.getBoundingClientRect().right) })"
    )
    thumbs = page.evaluate(
        "[...document.querySelectorAll('.thumb img')].map(e => e.getBoundingClientRect().left)"
    )
    assert len(set(edges)) == 1
    assert all(left < 100 for left in thumbs)


@pytest.mark.parametrize(
    ("picture", "name", "width", "how"),
    [
        ("mail-640", "mail", DESK, {}),
        ("mail-375", "mail", PHONE, {}),
        ("mail-dark", "mail", DESK, {"dark": True}),
        ("mail-images-off", "mail", DESK, {"pictures": False}),
        ("mail-arabic", "ar", DESK, {}),
        ("mail-chinese", "zh", PHONE, {}),
    ],
)
def test_pictures_are_taken_for_the_documentation(
    picture: str,
    name: str,
    width: int,
    how: dict[str, bool],
    show: Any,
    mails: dict[str, str],
    picture_folder: Path,
) -> None:
    path = picture_folder / f"{picture}.png"

    show(mails[name], width, **how).screenshot(path=path, full_page=True)

    with Image.open(path) as taken:
        small = taken.convert("RGB").quantize(200, dither=Image.Dither.FLOYDSTEINBERG)
        assert small.width == width
        assert len(small.convert("L").resize((40, 40)).getcolors() or ()) > 10  # no blank page
    small.save(path, optimize=True)
