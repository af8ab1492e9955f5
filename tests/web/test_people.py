"""The people of the desk: an admin adds, changes and removes them; there is always an admin."""

import html
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from digest.model.account import Role
from digest.store import accounts, audit
from digest.wiring import House
from newsroom import open_newsroom
from web.desk_people import browser, hire, signed_in


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    house = open_newsroom(tmp_path)
    hire(house, "ida", Role.ADMIN)
    yield house
    house.close()


def test_an_admin_adds_somebody_and_gets_a_link_to_hand_over(house: House) -> None:
    admin = signed_in(house, "ida")

    page = admin.post("/desk/people", data={"do": "add", "name": "Bo", "role": "approver"}).text

    link = re.search(r'class="link">([^<]+)<', page)
    assert link is not None
    path = html.unescape(link[1]).removeprefix("http://127.0.0.1:8420")
    assert "Welcome, bo" in browser(house).get(path).text
    assert "approver" in browser(house).get(path).text


@pytest.mark.parametrize(
    ("do", "after"),
    [
        ("role", "reader"),
        ("disable", "disabled"),
        ("enable", "editor"),
        ("out", "editor"),
        ("second", "editor"),
    ],
)
def test_an_admin_changes_what_somebody_may_do_and_the_log_says_so(house: House, do: str, after: str) -> None:
    hire(house, "bo", Role.EDITOR)
    admin = signed_in(house, "ida")

    answer = admin.post("/desk/people", data={"do": do, "name": "bo", "role": "reader"})

    assert answer.headers["location"] == "/desk/people?done=yes"
    with house.store.read() as connection:
        bo = accounts.named(connection, "bo")
        lines = audit.lines(connection, who="ida", about="account bo")
    assert ("disabled" if bo.disabled else bo.role.value) == after
    assert bool(lines) is (do != "second")


def test_an_admin_removes_somebody(house: House) -> None:
    hire(house, "bo", Role.EDITOR)

    signed_in(house, "ida").post("/desk/people", data={"do": "remove", "name": "bo"})

    with house.store.read() as connection:
        assert accounts.find(connection, "bo") is None


@pytest.mark.parametrize("do", ["remove", "disable", "role"])
def test_the_last_admin_stays(house: House, do: str) -> None:
    admin = signed_in(house, "ida")

    answer = admin.post("/desk/people", data={"do": do, "name": "ida", "role": "editor"})

    assert "there is no other admin" in answer.text
    assert admin.get("/desk/people").status_code == 200


@pytest.mark.parametrize(
    "form", [{"do": "add", "name": "x y!", "role": "editor"}, {"do": "add", "name": "bo"}, {}]
)
def test_what_cannot_be_done_is_said_and_not_done(house: House, form: dict[str, str]) -> None:
    answer = signed_in(house, "ida").post("/desk/people", data=form)

    assert answer.status_code == 400
    with house.store.read() as connection:
        assert [one.name for one in accounts.every(connection)] == ["ida"]
