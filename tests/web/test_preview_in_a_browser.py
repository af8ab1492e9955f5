"""The preview and the inbox in a real browser: what each switch shows, live, by keyboard, for everybody.

On each page axe finds nothing to say, in light and dark, on a phone and on a desk, and no policy is broken.
"""

import io
import re
import smtplib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from PIL import Image
from playwright.sync_api import Browser, ConsoleMessage, Page, expect

from digest.delivery.inbox import Inbox
from digest.flows.compose import occasion_named
from digest.flows.proof import proof
from digest.store import renderings
from digest.web.serving import Server
from digest.wiring import House
from newsroom import NOW, SCHEDULE, build, open_newsroom, story

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

EDITION = "morning/2026-11-23"
#: What a story of a stranger might try.
HOSTILE = '<img src="x" onerror="parent.document.title = 1"><script>parent.document.title = 2</script>'


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    house = open_newsroom(tmp_path)
    house.sync_readers()
    house.reread()
    house.gather(house.schedule.sources, now=NOW)
    digest = house.schedule.digest("morning")
    house.keep(house.draft(digest, occasion_named(digest, EDITION), now=NOW), who="test", now=NOW)
    yield house
    house.close()


@pytest.fixture
def server(house: House) -> Iterator[Server]:
    with Server(house, port=0) as server:
        yield server


def opened(chromium: Browser, address: str, *, width: int = 1440, scheme: str = "light") -> Page:
    context = chromium.new_context(
        viewport={"width": width, "height": 900}, color_scheme="dark" if scheme == "dark" else "light"
    )
    page = context.new_page()
    page.goto(address)
    return page


def deliver(house: House) -> str:
    """Put the edition's mail into the inbox; return its file's name."""
    with house.store.read() as connection:
        words = renderings.renderings(connection, EDITION)["all"]
    message = proof(
        words, newsroom=house.newsroom, digest=house.schedule.digest("morning"), edition=EDITION,
        key=house.keys[0], now=NOW,
    ).message  # fmt: skip
    folder = house.state / "inbox"
    with Inbox(folder) as inbox, smtplib.SMTP(inbox.address.host, inbox.address.port) as smtp:
        smtp.sendmail("a@gazette.example", ["ada@reader.example"], message)
    return next(folder.glob("*.eml")).name


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [375, 1440])
def test_axe_finds_nothing_and_no_policy_is_broken_on_any_page(
    house: House, server: Server, chromium: Browser, width: int, scheme: str, picture_folder: Path
) -> None:
    name = deliver(house)
    page = opened(chromium, server.address + "/preview/morning", width=width, scheme=scheme)
    told: list[str] = []

    def hear(message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            told.append(message.text)

    page.on("console", hear)
    for picture, address in {
        "preview": "/preview/morning",
        "preview-forced": f"/preview/edition/{EDITION}?mode=forced&width=375",
        "preview-source": f"/preview/edition/{EDITION}?part=source&at=60:1",
        "preview-headers": "/preview/morning?part=headers",
        "inbox": "/inbox",
        "inbox-mail": f"/inbox/{name}?mode=dark",
        "inbox-none": "/inbox?q=zebra",
    }.items():
        page.goto(server.address + address)
        page.wait_for_load_state("load")
        result = Axe().run(page, options={"iframes": False}).response
        page.screenshot(path=picture_folder / f"{picture}-{width}-{scheme}.png")

        assert [violation["id"] for violation in result["violations"]] == [], address
        wide = page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
        assert not wide, f"{address} does not fit into {width} px"
    assert told == []


def test_each_switch_shows_what_it_says(server: Server, chromium: Browser) -> None:
    page = opened(chromium, f"{server.address}/preview/morning")
    frame = page.frame_locator("iframe[data-frame]")

    page.get_by_role("link", name="Phone").click()
    page.wait_for_load_state()  # the click waits for the address only, not for the style sheet
    assert page.locator("iframe[data-frame]").bounding_box()["width"] == 375  # type: ignore[index]
    page.get_by_role("link", name="Text", exact=True).click()
    frame.get_by_text("THE MILL WHEEL").or_(frame.get_by_text("The mill wheel")).first.wait_for()
    page.get_by_role("link", name="Source").click()
    frame.locator("th", has_text="1").first.wait_for()
    page.get_by_role("link", name="Headers").click()
    frame.get_by_text("List-Unsubscribe-Post").first.wait_for()
    page.get_by_role("link", name="HTML").click()
    light = frame.locator("body").evaluate("e => getComputedStyle(e).backgroundColor")
    page.get_by_role("link", name="Dark (as designed)").click()
    page.get_by_text("An approximation").wait_for()
    dark = frame.locator(".page").first.evaluate("e => getComputedStyle(e).backgroundColor")

    assert light != dark
    assert dark == "rgb(14, 17, 22)"


def test_a_saved_story_shows_without_a_hand_on_the_page(
    house: House, server: Server, chromium: Browser
) -> None:
    page = opened(chromium, f"{server.address}/preview/morning")
    frame = page.frame_locator("iframe[data-frame]")
    frame.get_by_text("The mill wheel turns again").first.wait_for()
    path = house.folder / "stories" / "mill.md"

    path.write_text(path.read_text("utf-8").replace("The mill wheel", "The water wheel"), "utf-8")

    frame.get_by_text("The water wheel turns again").first.wait_for()
    page.locator("aside").get_by_text("The water wheel turns again").first.wait_for()


def test_a_kept_edition_that_another_hand_changes_shows_at_once(
    house: House, server: Server, chromium: Browser
) -> None:
    page = opened(chromium, f"{server.address}/preview/edition/{EDITION}")
    page.frame_locator("iframe[data-frame]").get_by_text("The mill wheel").first.wait_for()
    digest = house.schedule.digest("morning")
    made = house.draft(digest, occasion_named(digest, EDITION), now=NOW)
    words = made.variants["all"]
    other = replace(words, html=words.html.replace("The mill wheel", "The water wheel"))

    house.keep(replace(made, variants={"all": other}), who="bo", now=NOW)

    page.frame_locator("iframe[data-frame]").get_by_text("The water wheel").first.wait_for()


def test_a_hostile_mail_runs_nothing(house: House, server: Server, chromium: Browser) -> None:
    with house.store.write() as connection:
        words = renderings.renderings(connection, EDITION)["all"]
        spoilt = replace(words, html=words.html.replace("</body>", f"{HOSTILE}</body>"))
        renderings.save_rendering(connection, EDITION, "all", spoilt, now=NOW)

    page = opened(chromium, f"{server.address}/preview/edition/{EDITION}")
    page.frame_locator("iframe[data-frame]").locator("body").wait_for()

    assert "Preview of The Morning Post" in page.title()


def test_everything_is_reached_by_the_keyboard(server: Server, chromium: Browser) -> None:
    page = opened(chromium, f"{server.address}/preview/morning")
    reached = []

    for _ in range(60):
        page.keyboard.press("Tab")
        reached.append(
            page.evaluate(
                "(document.activeElement.innerText || document.activeElement.title"
                " || document.activeElement.id || '').trim().split('\\n')[0]"
            )
        )

    wanted = ("Skip to the content", "Phone", "Source", "Dark (forced)", "Images off", "Download .eml")
    assert [name for name in wanted if name not in reached] == []
    assert "reader" in reached


def test_a_finding_is_one_press_away_from_its_place_in_the_source(
    house: House, server: Server, chromium: Browser
) -> None:
    with house.store.write() as connection:
        words = renderings.renderings(connection, EDITION)["all"]
        spoilt = replace(
            words, html=words.html.replace("Unsubscribe", '<img src="https://a.example/x.jpg">', 1)
        )
        renderings.save_rendering(connection, EDITION, "all", spoilt, now=NOW)
    page = opened(chromium, f"{server.address}/preview/edition/{EDITION}")

    page.locator("aside li.blocker a").first.click()

    mark = page.frame_locator("iframe[data-frame]").locator("mark")
    mark.wait_for()
    assert mark.inner_text() == '<img src="https://a.example/x.jpg">'
    expect(mark).to_be_in_viewport()  # it is scrolled to


def test_the_mail_is_given_as_a_picture_as_wide_as_it_is_looked_at(server: Server, chromium: Browser) -> None:
    page = opened(chromium, f"{server.address}/preview/edition/{EDITION}?width=375&mode=dark")

    address = page.get_by_role("link", name="Picture (PNG)").get_attribute("href")
    answer = page.request.get(f"{server.address}{address}")

    assert answer.headers["content-type"] == "image/png"
    picture = Image.open(io.BytesIO(answer.body())).convert("RGB")
    assert picture.width == 375
    assert 400 < picture.height < 4000
    assert picture.getpixel((2, 2)) == (14, 17, 22)


def test_a_mail_is_searched_read_and_deleted_without_javascript(
    house: House, server: Server, chromium: Browser
) -> None:
    deliver(house)
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{server.address}/inbox")

    page.get_by_label("Search sender, reader or subject").fill("ADA")
    page.get_by_role("button", name="Search").press("Enter")
    page.get_by_role("link", name="The mill wheel turns").press("Enter")
    expect(page).to_have_title(re.compile("The mill wheel turns"))
    page.get_by_role("button", name="Delete this mail").press("Enter")

    expect(page.get_by_text("Nothing has been sent yet").first).to_be_visible()


def test_a_link_in_the_inbox_opens_the_page_of_this_server_beside_it(
    house: House, server: Server, chromium: Browser
) -> None:
    page = opened(chromium, f"{server.address}/inbox/{deliver(house)}")

    with page.expect_popup() as beside:
        page.frame_locator("iframe").get_by_role("link", name="Unsubscribe").first.click()

    expect(beside.value).to_have_url(re.compile(rf"^{re.escape(server.address)}/u/"))
    expect(beside.value.get_by_role("heading", level=1)).to_contain_text("Unsubscribe")
    page.context.close()


def test_the_number_of_readers_stands_out_from_the_chosen_button_too(
    chromium: Browser, tmp_path: Path
) -> None:
    schedule = SCHEDULE.rstrip() + "\n      - {title: Music, take: 3, tags: [music]}\n"
    house = open_newsroom(tmp_path / "sung", schedule=schedule)
    readers = house.folder / "subscribers" / "readers.csv"
    readers.write_text(
        "email,name,topics,consent_at,consent_source\n"
        "ada@reader.example,Ada,,2026-01-15,paper form\nbo@reader.example,Bo,music,2026-01-15,paper form\n",
        encoding="utf-8",
    )
    organ = story("The old organ sounds once more", "05:10", "music")
    (house.folder / "stories" / "organ.md").write_text(organ, encoding="utf-8")
    build(house)

    with Server(house, port=0) as server:
        page = opened(chromium, f"{server.address}/preview/edition/{EDITION}")
        page.wait_for_load_state()
        chosen = page.locator(".who .switch a[aria-current]")
        colours = chosen.evaluate(
            "a => [a, a.querySelector('small')].map(one => getComputedStyle(one).color)"
        )
        page.context.close()
    house.close()

    assert colours[0] == colours[1]
