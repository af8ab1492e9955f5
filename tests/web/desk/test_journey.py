"""The desk as an editor uses it, in a browser: from a fresh build to the last reader, alone or in company."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from digest.delivery.inbox import messages
from web.desk.harbour import Harbour, harbour

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("browser")]

Open = Callable[[], "Page"]


@pytest.fixture
def here(tmp_path: Path) -> Iterator[Harbour]:
    with harbour(tmp_path) as opened:
        yield opened


@pytest.fixture
def desk(chromium: "Browser", here: Harbour) -> Iterator[Open]:
    """Open the edition in a window of its own, as one more editor."""
    contexts = []

    def open_it() -> "Page":
        context = chromium.new_context(viewport={"width": 1440, "height": 900})
        contexts.append(context)
        page = context.new_page()
        page.goto(here.page)
        return page

    yield open_it
    for context in contexts:
        context.close()


def headlines(page: "Page") -> list[str]:
    return page.locator(".story h3").all_inner_texts()


def test_from_a_fresh_build_to_the_last_reader(here: Harbour, desk: Open) -> None:
    from playwright.sync_api import expect

    page = desk()
    page.get_by_text("Edit subject, preheader, letter").click()
    page.get_by_label("Subject", exact=True).fill("The bridge comes back")
    page.locator("#top").get_by_role("button", name="Save").click()
    expect(page.locator(".inboxrow .subject")).to_have_text("The bridge comes back")
    page.locator(".story").nth(3).get_by_role("button", name="Leave out").click()
    expect(page.get_by_role("heading", name="Left out by an editor")).to_be_visible()
    page.get_by_role("button", name="Approve").click()
    page.locator("#approve").get_by_role("button", name="Approve").click()
    expect(page.locator(".deskbar .state")).to_have_text("approved")
    page.get_by_role("button", name="More: send now").click()
    page.get_by_role("button", name="Send now to 3 readers").click()
    expect(page.locator(".deskbar .state")).to_have_text("sending")

    here.send()

    expect(page.locator(".deskbar .state")).to_have_text("sent")  # told by the stream, nobody reloads
    expect(page.locator(".figures")).to_contain_text("3 of 3 delivered")
    assert [mail.subject for mail in messages(here.house.state / "inbox")] == ["The bridge comes back"] * 3


def test_two_editors_see_each_other_and_keep_what_they_type(desk: Open) -> None:
    from playwright.sync_api import expect

    ada, bo = desk(), desk()
    bo.get_by_text("Edit subject, preheader, letter").click()
    bo.get_by_label("Preheader").fill("Bo is still typing")
    second, third = headlines(ada)[1:3]

    ada.locator(".story").nth(1).get_by_role("button", name="Move down").click()

    expect(bo.locator(".story h3").nth(1)).to_have_text(third)
    expect(bo.locator(".story h3").nth(2)).to_have_text(second)
    expect(bo.get_by_label("Preheader")).to_have_value("Bo is still typing")
    bo.locator("#top").get_by_role("button", name="Save").click()
    expect(ada.locator(".inboxrow .preheader")).to_have_text("Bo is still typing")


def test_the_second_to_change_the_same_chooses(desk: Open) -> None:
    from playwright.sync_api import expect

    ada, bo = desk(), desk()
    for editor, words in ((bo, "Bo's words"), (ada, "Ada's words")):
        editor.get_by_text("Edit subject, preheader, letter").click()
        editor.get_by_label("Subject", exact=True).fill(words)
    ada.locator("#top").get_by_role("button", name="Save").click()
    expect(bo.locator(".inboxrow .subject")).to_have_text("Ada's words")

    bo.locator("#top").get_by_role("button", name="Save").click()

    expect(bo.get_by_role("heading", name="Somebody else was there first")).to_be_visible()
    expect(bo.locator(".conflicts q")).to_have_text("Ada's words")
    bo.get_by_role("button", name="Use mine").click()
    expect(ada.locator(".inboxrow .subject")).to_have_text("Bo's words")


def test_stories_are_moved_and_approved_by_keyboard_alone(here: Harbour, desk: Open) -> None:
    from playwright.sync_api import expect

    page = desk()
    second, third = headlines(page)[1:3]
    page.locator(".story").nth(1).get_by_role("button", name="Move down").focus()

    page.keyboard.press("Enter")

    expect(page.locator(".story h3").nth(1)).to_have_text(third)
    assert page.evaluate("document.activeElement.closest('.story').querySelector('h3').innerText") == second
    page.get_by_role("button", name="Approve").focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator(".deskbar .state")).to_have_text("approved")


def test_stories_are_dragged(desk: Open) -> None:
    from playwright.sync_api import expect

    page = desk()
    second, third = headlines(page)[1:3]

    page.locator(".story .grip").nth(1).drag_to(
        page.locator(".story").nth(1), target_position={"x": 40, "y": 6}
    )

    expect(page.locator(".story h3").nth(1)).to_have_text(third)
    expect(page.locator(".news")).to_contain_text("moved")
    expect(page.locator(".story h3").nth(2)).to_have_text(second)


def test_the_view_of_the_mail_stays_whoever_changes_something(desk: Open) -> None:
    from playwright.sync_api import expect

    mine, other = desk(), desk()
    mine.get_by_role("link", name="Phone").click()
    expect(mine.locator("iframe")).to_have_class("frame w375")

    other.locator(".story").nth(2).get_by_role("button", name="Pin").click()
    expect(mine.locator(".tag.pin")).to_have_text("Pinned")
    expect(mine.locator("iframe")).to_have_class("frame w375")
    mine.locator(".story").nth(2).get_by_role("button", name="Unpin").click()
    expect(mine.locator(".tag.pin")).to_have_count(0)

    expect(mine.locator("iframe")).to_have_class("frame w375")
    assert "width=375" in mine.url


def test_the_frame_shows_the_new_words_without_a_step_in_the_history(desk: Open) -> None:
    from playwright.sync_api import expect

    page = desk()
    steps = page.evaluate("history.length")
    page.locator(".story details.edit > summary").first.click()
    page.locator(".story").first.get_by_label("Headline").fill("A bridge, at last")

    page.locator(".story").first.get_by_role("button", name="Save").click()

    expect(page.frame_locator("iframe").get_by_role("heading", name="A bridge, at last")).to_be_visible()
    assert page.evaluate("history.length") == steps


def test_a_refused_action_says_why_and_leaves_the_page_as_it_is(desk: Open) -> None:
    from playwright.sync_api import expect

    page = desk()
    stories = headlines(page)
    page.get_by_label("As reader").fill("nobody@reader.example")
    page.get_by_label("To", exact=True).fill("maya@gazette.example")
    page.get_by_role("button", name="Send test").click()

    expect(page.get_by_role("alert")).to_contain_text("nobody@reader.example: nobody")
    assert headlines(page) == stories


def test_an_answer_that_is_no_page_of_the_desk_never_takes_its_place(desk: Open) -> None:
    from playwright.sync_api import expect

    page = desk()
    stories = headlines(page)
    page.evaluate("document.querySelector('form[action$=hold]').action = '/desk/morning/2031-01-01/-/hold'")
    page.get_by_role("button", name="Hold", exact=True).click()

    expect(page.get_by_role("alert")).to_contain_text("morning/2031-01-01")
    assert headlines(page) == stories


def test_after_a_correction_its_form_is_closed_and_empty(here: Harbour, desk: Open) -> None:
    from playwright.sync_api import expect

    page = desk()
    page.get_by_role("button", name="More: send now").click()
    page.get_by_role("button", name="Send now to 3 readers").click()
    expect(page.locator(".deskbar .state")).to_have_text("sending")
    here.send()
    expect(page.locator(".deskbar .state")).to_have_text("sent")
    page.locator("details.mending > summary").click()
    page.locator(".correctable summary").first.click()
    form = page.locator(".correctable form").first
    form.get_by_label("Headline").fill("The bridge stays")
    form.get_by_label("What was wrong?").fill("We wrote that it goes.")

    form.get_by_role("button", name="Correct it").click()

    expect(page.locator(".corrections")).to_contain_text("We wrote that it goes.")
    expect(page.locator("details.mending")).not_to_have_attribute("open", "")
    expect(page.locator(".correctable textarea[name=told]").first).to_have_value("")
