"""The journey of an editor in a real browser, without JavaScript: invited, signed in, refused, signed out.

On each page axe finds nothing to say, in light and dark, on a phone and on a desk; what has to be
pressed is reached by the keyboard.
"""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page

from digest.access import one_time
from digest.model.account import Role
from digest.web.serving import Server
from digest.wiring import House
from newsroom import open_newsroom
from web.desk_people import PASSWORD, hire

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

NEW = "eleven geese on the green"


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    house = open_newsroom(tmp_path / "newsroom")
    yield house
    house.close()


@pytest.fixture
def server(house: House) -> Iterator[Server]:
    with Server(house, port=0) as server:
        yield server


def users(house: House, *arguments: str) -> str:
    """Run `digest users` as the person at this machine does."""
    program = [sys.executable, "-m", "digest.cli.main", "-C", str(house.folder), "users", *arguments]
    environment = {**os.environ, "DIGEST_DESK_HOST": ""}
    ran = subprocess.run(program, capture_output=True, text=True, check=True, env=environment)
    return ran.stdout.strip()


def plain(chromium: Browser, width: int = 1440, scheme: str = "light") -> BrowserContext:
    """Return a browser without JavaScript."""
    return chromium.new_context(
        java_script_enabled=False,
        viewport={"width": width, "height": 900},
        color_scheme="dark" if scheme == "dark" else "light",
    )


def press(page: Page, name: str) -> None:
    """Go to the button or link called `name` with the Tab key, and press Enter."""
    there = page.get_by_role("button", name=name, exact=True).or_(
        page.get_by_role("link", name=name, exact=True)
    )
    for _ in range(60):
        if there.first.evaluate("node => node === document.activeElement"):
            break
        page.keyboard.press("Tab")
    else:
        pytest.fail(f"{name}: not reached by the keyboard")
    with page.expect_navigation():
        page.keyboard.press("Enter")


def code_of(house: House, secret: str, *, later: int = 0) -> str:
    return one_time.code(secret, one_time.period_of(house.clock()) + later)


def test_an_editor_is_invited_signs_in_is_refused_and_signs_out(
    chromium: Browser, house: House, server: Server
) -> None:
    users(house, "add", "ida")
    link = users(house, "add", "bo", "--role", "editor")
    context = plain(chromium)
    page = context.new_page()

    page.goto(f"{server.address}/desk")
    assert page.url.startswith(f"{server.address}/login")
    page.goto(link.replace("http://127.0.0.1:8420", server.address))
    page.get_by_label("Password").fill(NEW)
    page.get_by_label("The same once more").fill(NEW)
    press(page, "Save and sign in")
    assert page.url == f"{server.address}/desk/account"

    press(page, "Set it up")
    secret = (page.locator("code.secret").text_content() or "").replace(" ", "")
    page.get_by_label("Code").fill(code_of(house, secret))
    press(page, "Turn it on")
    assert page.locator(".recovery code").count() == one_time.RECOVERY_CODES
    press(page, "I have kept them")

    press(page, "Sign out")
    press(page, "Sign out")
    page.goto(f"{server.address}/desk/log")
    page.get_by_label("Name").fill("bo")
    page.get_by_label("Password").fill("a wrong one altogether")
    press(page, "Sign in")
    assert "Name or password are not right" in page.content()
    page.get_by_label("Password").fill(NEW)
    press(page, "Sign in")
    page.get_by_label("Code").fill(code_of(house, secret, later=1))
    press(page, "Go on")
    assert page.url == f"{server.address}/desk/log"
    assert "turned the second step on" in page.content()

    page.goto(f"{server.address}/desk/people")
    assert "That asks for the role admin; bo has editor" in page.content()
    press(page, "Sign out")
    press(page, "Sign out everywhere")
    page.goto(f"{server.address}/desk")
    assert page.url.startswith(f"{server.address}/login")
    context.close()


def sign_in(page: Page, server: Server, name: str) -> None:
    page.goto(f"{server.address}/login")
    page.get_by_label("Name").fill(name)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()


def looked_at(page: Page, name: str, folder: Path) -> list[str]:
    """Keep a picture of the page; return what axe has to say, and whether it is wider than the screen."""
    page.wait_for_load_state()  # a click waits for the address only, not for the style sheet
    page.screenshot(path=folder / f"{name}.png", full_page=True)
    found = [
        f"{name}: {each['id']}: {each['nodes'][0]['html']}" for each in Axe().run(page).response["violations"]
    ]
    if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
        found.append(f"{name}: wider than the screen")
    return found


@pytest.mark.parametrize("width", [375, 1440])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_has_nothing_to_say_on_any_page(
    chromium: Browser, house: House, server: Server, picture_folder: Path, width: int, scheme: str
) -> None:
    hire(house, "ida", Role.ADMIN)
    hire(house, "bo", Role.EDITOR)
    hire(house, "a-rather-long-name-of-somebody", Role.READER)
    context = chromium.new_context(
        viewport={"width": width, "height": 900}, color_scheme="dark" if scheme == "dark" else "light"
    )
    page = context.new_page()
    said: list[str] = []

    def look(name: str) -> None:
        said.extend(looked_at(page, f"accounts-{name}-{width}-{scheme}", picture_folder))

    page.goto(f"{server.address}/login")
    look("login")
    page.get_by_label("Name").fill("ida")
    page.get_by_label("Password").fill("wrong")
    page.get_by_role("button", name="Sign in").click()
    look("login-wrong")
    sign_in(page, server, "ida")
    for name in ("account", "people", "log"):
        page.goto(f"{server.address}/desk/{name}")
        look(name)
    page.goto(f"{server.address}/desk/people")
    page.get_by_label("Name", exact=True).fill("cy")
    page.get_by_role("button", name="Add, and make an invitation").click()
    page.locator("details").first.locator("summary").click()
    look("invited")
    link = page.locator("code.link").text_content() or ""
    page.goto(f"{server.address}/logout")
    look("logout")
    page.goto(f"{server.address}/desk/account")
    page.get_by_role("button", name="Set it up").click()
    look("second-step")
    secret = re.sub(r"\s", "", page.locator("code.secret").text_content() or "")
    page.get_by_label("Code").fill(code_of(house, secret))
    page.get_by_role("button", name="Turn it on").click()
    look("recovery")
    context.clear_cookies()
    page.goto(link)
    look("invitation")
    sign_in(page, server, "ida")
    look("code")
    page.goto(f"{server.address}/share/none")
    look("share-over")

    assert not said
    context.close()
