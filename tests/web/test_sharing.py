"""A link to look: one edition, for a while, for somebody without an account, who can press nothing."""

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from digest.flows.compose import occasion
from digest.flows.sharing import LONGEST, SHARE, USUAL, look, share
from digest.model import token
from digest.model.account import Role
from digest.model.errors import AskedWrongly, NotFound, TokenWrong
from digest.store import audit
from digest.web.security import FRAME_CSP
from digest.wiring import House
from newsroom import Clock, open_newsroom
from web.desk_people import browser, hire, signed_in

EDITION = "morning/2026-11-23"


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    house = open_newsroom(tmp_path)
    now, digest = house.clock(), house.schedule.digests[0]
    house.gather(house.schedule.sources, now=now)
    when = occasion(digest, now)
    house.keep(house.draft(digest, when, now=now), who="test", now=now)
    hire(house, "ida", Role.ADMIN)
    yield house
    house.close()


def given_link(house: House, *, lasting: timedelta = USUAL) -> str:
    made, _ = share(house.store, EDITION, who="ida", keys=house.keys, now=house.clock(), lasting=lasting)
    return made


def later(house: House, span: timedelta) -> None:
    clock = house.clock
    assert isinstance(clock, Clock)
    clock.now += span


def test_an_editor_makes_a_link_that_a_colleague_without_an_account_can_look_at(house: House) -> None:
    hire(house, "bo", Role.EDITOR)
    editor = signed_in(house, "bo")
    assert "Share a look" in editor.get(f"/desk/{EDITION}").text
    page = editor.post(f"/desk/{EDITION}/-/share").text
    link = re.search(r'class="link">https://letters.gazette.example(/share/[^<]+)<', page)
    assert link is not None

    colleague = browser(house, base_url="https://letters.gazette.example")
    shown, mail = colleague.get(link[1]), colleague.get(f"{link[1]}/mail")

    assert "The mill wheel turns again after ninety years" in shown.text
    assert "bo shares this with you until Tuesday 24 November" in shown.text
    assert "It has not been sent" in shown.text
    assert "Market moves to the church green" in mail.text
    assert mail.headers["content-security-policy"] == FRAME_CSP
    assert shown.headers["referrer-policy"] == "no-referrer"


def test_on_the_machine_itself_the_link_is_given_for_it_too(house: House) -> None:
    editor = signed_in(house, "ida")
    page = editor.post(f"/desk/{EDITION}/-/share").text
    link = re.search(r'class="here" href="http://[^/"]+(/share/[^"]+)"', page)
    assert link is not None

    assert "The mill wheel turns again" in browser(house).get(link[1]).text


def test_the_history_says_who_gave_a_link(house: House) -> None:
    given_link(house)

    with house.store.read() as connection:
        line = audit.lines(connection, about=f"edition {EDITION}")[0]
    assert (line.who, line.what) == ("ida", "gave a link to look at it until 2026-11-24 06:40 UTC")


def test_a_link_ends(house: House) -> None:
    path = f"/share/{given_link(house, lasting=timedelta(hours=1))}"

    later(house, timedelta(minutes=59))
    assert browser(house).get(path).status_code == 200
    later(house, timedelta(minutes=2))
    assert [browser(house).get(f"{path}{end}").status_code for end in ("", "/mail")] == [410, 410]


def test_a_link_takes_nothing_but_looks(house: House) -> None:
    path = f"/share/{given_link(house)}"

    for method in ("POST", "PUT", "DELETE", "PATCH"):
        assert browser(house).request(method, path).status_code == 405
    assert browser(house).get("/desk").status_code == 303


def test_nobody_can_follow_a_readers_link_from_it(house: House) -> None:
    mail = browser(house).get(f"/share/{given_link(house)}/mail").text

    assert "/u/" not in mail
    assert "/p/" not in mail


def test_links_are_no_longer_than_a_week_and_only_to_what_there_is(house: House) -> None:
    with pytest.raises(AskedWrongly, match="7 days"):
        given_link(house, lasting=LONGEST + timedelta(seconds=1))
    with pytest.raises(NotFound):
        share(house.store, "morning/2031-01-01", who="ida", keys=house.keys, now=house.clock())


@pytest.mark.parametrize("purpose", ["confirm", "preferences", "unsubscribe", "export"])
def test_no_other_link_of_ours_opens_an_edition(house: House, purpose: str) -> None:
    until = house.clock() + USUAL
    other = token.sign(purpose, f"{int(until.timestamp())} {EDITION} ida", key=house.keys[0], expires=until)

    assert browser(house).get(f"/share/{other}").status_code == 404


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_no_change_of_a_link_opens_anything(house: House, data: st.DataObject) -> None:
    made = given_link(house)
    place = data.draw(st.integers(0, len(made) - 1))
    other = data.draw(st.sampled_from("ABCXYZabcxyz0189-_.").filter(lambda sign: sign != made[place]))
    changed = made[:place] + other + made[place + 1 :]

    with pytest.raises(TokenWrong):
        look(house.store, changed, schedule=house.schedule, keys=house.keys, now=house.clock())


def test_a_link_to_an_edition_that_is_gone_says_so(house: House) -> None:
    until = house.clock() + USUAL
    gone = token.sign(
        SHARE, f"{int(until.timestamp())} morning/2020-01-01 ida", key=house.keys[0], expires=until
    )

    assert browser(house).get(f"/share/{gone}").status_code == 404
