"""The desk as a browser shows it: on a phone and a wide screen, light and dark, with nothing for axe to say.

With `--pictures docs/pictures` the pictures in the documentation are taken anew.
"""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import axe_playwright_python
import pytest
from PIL import Image

from flows.conftest import Listening, sink
from web.desk.harbour import MORNING, Harbour, harbour, send_earlier

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

__all__ = ["sink"]

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

AXE = Path(axe_playwright_python.__file__).parent / "axe.min.js"
PHONE, WIDE = 375, 1440
LOOKS = [(PHONE, False), (PHONE, True), (WIDE, False), (WIDE, True)]
#: What is looked at: name of the picture -> where it is, and what is opened first.
SCREENS = {
    "today": "/desk",
    "edition": f"/desk/{MORNING}",
    "mail": f"/desk/{MORNING}#mail",
    "checks": f"/desk/{MORNING}#checks",
    "approve": f"/desk/{MORNING}",
    "edit": f"/desk/{MORNING}",
    "more": f"/desk/{MORNING}",
    "whose": f"/desk/{MORNING}#mail",
}

Open = Callable[..., "Page"]


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Harbour]:
    with harbour(tmp_path_factory.mktemp("harbour")) as opened:
        yield opened


@pytest.fixture
def look(chromium: "Browser") -> Iterator[Open]:
    """Open an address in a window of its own; a word in its console is a failure."""
    contexts, said = [], list[str]()

    def open_it(url: str, width: int, *, dark: bool = False) -> "Page":
        context = chromium.new_context(
            viewport={"width": width, "height": 812 if width == PHONE else 900},
            color_scheme="dark" if dark else "light",
            has_touch=width == PHONE,
        )
        contexts.append(context)
        page = context.new_page()
        page.on("console", lambda message: said.append(message.text))
        page.on("pageerror", lambda error: said.append(str(error)))
        page.goto(url)
        return page

    yield open_it
    for context in contexts:
        context.close()
    assert said == []


def complaints(page: "Page") -> list[tuple[str, list[str]]]:
    """What axe-core has to say of our page; the mail in the frame has a test of its own."""
    page.evaluate(AXE.read_text("utf-8"))
    result = page.evaluate("axe.run({exclude: [['iframe']]}, {resultTypes: ['violations'], iframes: false})")
    return [(v["id"], [node["html"][:160] for node in v["nodes"]]) for v in result["violations"]]


def open_parts(page: "Page", name: str) -> None:
    """Open what the picture is of."""
    if name == "approve":
        page.get_by_role("button", name="Approve").click()
    if name == "edit":
        page.locator(".story details.edit > summary").nth(1).click()
    if name == "more":
        page.get_by_role("button", name="More: send now").click()
    if name == "whose":
        page.get_by_role("button", name="see it as somebody else").click()


def keep(page: "Page", folder: Path, name: str, width: int, *, dark: bool) -> None:
    path = folder / f"desk-{name}-{width}{'-dark' if dark else ''}.png"
    if page.locator("iframe").count():
        page.frame_locator("iframe").locator("body").wait_for(state="attached")
    page.screenshot(path=path)
    with Image.open(path) as taken:
        small = taken.convert("RGB").quantize(256, kmeans=2, dither=Image.Dither.FLOYDSTEINBERG)
        assert len(small.convert("L").resize((40, 40)).getcolors() or ()) > 5  # no blank page
    small.save(path, optimize=True)


@pytest.mark.parametrize(("width", "dark"), LOOKS)
@pytest.mark.parametrize("name", SCREENS)
def test_axe_has_nothing_to_say_and_nothing_is_wider_than_the_screen(
    name: str, width: int, dark: bool, here: Harbour, look: Open, picture_folder: Path
) -> None:
    page = look(here.address + SCREENS[name], width, dark=dark)
    open_parts(page, name)

    assert complaints(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    keep(page, picture_folder, name, width, dark=dark)


@pytest.mark.parametrize(("width", "dark"), LOOKS)
def test_an_edition_on_its_way_and_after_is_fit_to_be_seen(
    width: int,
    dark: bool,
    tmp_path: Path,
    sink: Listening,
    look: Open,
    picture_folder: Path,
) -> None:
    with harbour(tmp_path, relay=sink.port) as here:
        send_earlier(here, 4)
        page = look(here.page, width, dark=dark)
        page.request.post(
            f"{here.page}/-/send-now", form={"hash": here.words()}, headers={"Sec-Fetch-Site": "same-origin"}
        )
        page.reload()
        assert complaints(page) == []
        keep(page, picture_folder, "sending", width, dark=dark)
        here.send()
        page.reload()

        assert complaints(page) == []
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        keep(page, picture_folder, "after", width, dark=dark)
        page.context.close()  # before its server
