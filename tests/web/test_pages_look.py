"""The readers' pages in a browser: on a phone, in the dark, from the right, by keyboard, without scripts.

axe-core has nothing to say about any of them, in any of their languages. With `--pictures
docs/pictures` the pictures in the documentation are taken anew.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import axe_playwright_python
import pytest
from PIL import Image

from digest.web.rendering import STATIC
from digest.web.security import PAGE_CSP
from web.gallery import Gallery

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page, Route

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

ADDRESS = "http://127.0.0.1:8420/page"
PHONE, DESK = 375, 1280
AXE = Path(axe_playwright_python.__file__).parent / "axe.min.js"
#: What is checked: WCAG 2.2 A and AA, and axe's best practices.
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
CSS = (STATIC / "pages.css").read_text("utf-8")

Show = Callable[..., "Page"]


@pytest.fixture(scope="module")
def galleries(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Mapping[str, str]]:
    """Every page, in every language."""
    made = {}
    for language in ("en", "vi", "fr", "ar"):
        gallery = Gallery(tmp_path_factory.mktemp(language), language)
        made[language] = gallery.pages()
        gallery.close()
    return made


@pytest.fixture(scope="module")
def show(chromium: "Browser") -> Iterator[Show]:
    """Open a page as our server gives it, with its policy; return it. Scripts are off unless asked for."""
    windows: dict[tuple[int, bool, bool], Page] = {}
    shown = ""

    def answer(route: "Route") -> None:
        if route.request.is_navigation_request():
            headers = {"content-security-policy": PAGE_CSP, "content-type": "text/html; charset=utf-8"}
            route.fulfill(body=shown, headers=headers)
        elif route.request.url.split("?")[0].endswith("/static/pages.css"):
            route.fulfill(body=CSS, content_type="text/css")
        elif route.request.url.endswith("/static/icon.svg"):
            route.fulfill(body=(STATIC / "icon.svg").read_bytes(), content_type="image/svg+xml")
        else:
            pytest.fail(f"the page asks for {route.request.url}")

    def open_it(html: str, width: int = PHONE, *, dark: bool = False, scripts: bool = False) -> "Page":
        nonlocal shown
        shown, window = html, (width, dark, scripts)
        if window not in windows:
            context = chromium.new_context(
                viewport={"width": width, "height": 812},
                color_scheme="dark" if dark else "light",
                java_script_enabled=scripts,
                bypass_csp=scripts,  # axe is a script of ours, not of the page's
            )
            context.route("**/*", answer)
            windows[window] = context.new_page()
        windows[window].goto(ADDRESS)
        return windows[window]

    yield open_it
    for page in windows.values():
        page.context.close()


def complaints(page: "Page", rules: Sequence[str] = RULES) -> list[tuple[str, list[str]]]:
    page.evaluate(AXE.read_text("utf-8"))
    run = "rules => axe.run(document, {runOnly: rules, resultTypes: ['violations']})"
    result = page.evaluate(run, list(rules))
    return [(found["id"], [node["html"] for node in found["nodes"]]) for found in result["violations"]]


@pytest.mark.parametrize("language", ["en", "vi", "fr", "ar"])
def test_axe_has_nothing_to_say_about_any_page_on_a_phone(
    language: str, show: Show, galleries: dict[str, Mapping[str, str]]
) -> None:
    found = {name: complaints(show(html, scripts=True)) for name, html in galleries[language].items()}

    assert len(found) > 20
    assert {name: said for name, said in found.items() if said} == {}


def test_in_the_dark_every_word_can_be_read(show: Show, galleries: dict[str, Mapping[str, str]]) -> None:
    contrast = ["color-contrast"]
    dark = {
        name: complaints(show(html, dark=True, scripts=True), contrast)
        for name, html in galleries["en"].items()
    }

    assert {name: said for name, said in dark.items() if said} == {}


def test_axe_would_say_something(show: Show, galleries: dict[str, Mapping[str, str]]) -> None:
    broken = galleries["en"]["join"].replace('<label for="email">', "<p>").replace('lang="en"', "", 1)

    assert {"label", "html-has-lang"} <= {rule for rule, _ in complaints(show(broken, scripts=True))}


@pytest.mark.parametrize("language", ["en", "ar", "vi"])
def test_no_page_is_wider_than_the_phone(
    language: str, show: Show, galleries: dict[str, Mapping[str, str]]
) -> None:
    wide = []
    for name, html in galleries[language].items():
        page = show(html, scripts=True)
        if page.evaluate("document.documentElement.scrollWidth") > PHONE:
            wide.append(name)

    assert wide == []


def test_everything_that_can_be_pressed_is_large_enough_for_a_thumb(
    show: Show, galleries: dict[str, Mapping[str, str]]
) -> None:
    """At least 24 by 24 pixels (WCAG 2.2, 2.5.8); what decides something, 44 high."""
    unseen = ".skip, [type=hidden], [type=checkbox], [type=radio]"
    script = f"""[...document.querySelectorAll('a, button, input, select')]
      .filter(e => !e.closest('.trap, .skip') && !e.matches('{unseen}') && !e.closest('p:not(.ways), dd'))
      .map(e => [e.outerHTML.slice(0, 60), e.getBoundingClientRect().height, e.matches('button, .button')])"""
    small = []
    for name, html in galleries["en"].items():
        for what, height, decides in show(html, scripts=True).evaluate(script):
            if height < (44 if decides else 24):
                small.append((name, what, height))

    assert small == []


def test_by_keyboard_the_form_is_reached_and_seen(
    show: Show, galleries: dict[str, Mapping[str, str]]
) -> None:
    page = show(galleries["en"]["join-topics"], scripts=True)
    here = "(e => e.name || e.innerText.trim())(document.activeElement)"
    seen = "(s => s.outlineStyle + s.outlineWidth)(getComputedStyle(document.activeElement))"

    order, outlines = [], set()
    for _ in range(7):
        page.keyboard.press("Tab")
        order.append(page.evaluate(here))
        outlines.add(page.evaluate(seen))

    assert order[:7] == [
        "Skip to the content", "The Larkmoor Gazette", "email", "topic", "topic", "topic", "Sign up",
    ]  # fmt: skip
    assert outlines == {"solid3px"}


def test_arabic_pages_begin_at_the_right(show: Show, galleries: dict[str, Mapping[str, str]]) -> None:
    page = show(galleries["ar"]["preferences"], scripts=True)
    edges = page.evaluate(
        "[...document.querySelectorAll('h1, legend, .tick input')]"
        ".map(e => { const r = document.createRange(); r.selectNode(e);"
        " return Math.round(r.getBoundingClientRect().right) })"
    )

    assert page.evaluate("document.dir") == "rtl"
    assert max(edges) - min(edges) <= 2


@pytest.mark.parametrize(
    ("picture", "name", "language", "width", "dark"),
    [
        ("page-join", "join", "en", DESK, False),
        ("page-join-phone", "join", "vi", PHONE, False),
        ("page-preferences-arabic", "preferences-saved", "ar", PHONE, False),
        ("page-left-dark", "left", "en", PHONE, True),
    ],
)
def test_pictures_are_taken_for_the_documentation(
    picture: str,
    name: str,
    language: str,
    width: int,
    dark: bool,
    show: Show,
    galleries: dict[str, Mapping[str, str]],
    picture_folder: Path,
) -> None:
    path = picture_folder / f"{picture}.png"

    show(galleries[language][name], width, dark=dark).screenshot(path=path, full_page=True)

    with Image.open(path) as taken:
        small = taken.convert("RGB").quantize(128, dither=Image.Dither.NONE)
        assert small.width == width
        assert len(small.convert("L").resize((40, 40)).getcolors() or ()) > 5  # no blank page
    small.save(path, optimize=True)
