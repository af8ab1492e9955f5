"""One's own account: the password, the second step, where one is signed in."""

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from digest.access import one_time
from digest.model.account import Role
from digest.wiring import House
from newsroom import Clock, open_newsroom
from web.desk_people import PASSWORD, browser, hire, signed_in

NEW = "eleven geese on the green"


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    house = open_newsroom(tmp_path)
    hire(house, "ida", Role.ADMIN)
    yield house
    house.close()


def later(house: House, span: timedelta) -> None:
    clock = house.clock
    assert isinstance(clock, Clock)
    clock.now += span


def code_now(house: House, secret: str) -> str:
    return one_time.code(secret, one_time.period_of(house.clock()))


def set_up(house: House, client: TestClient) -> tuple[str, list[str]]:
    """Turn the second step on; return the secret and the recovery codes that the pages showed."""
    shown = client.post("/desk/account/second-step", data={"do": "begin"}).text
    secret = re.search(r'class="secret">([A-Z2-7 ]+)<', shown)
    assert secret is not None
    letters = secret[1].replace(" ", "")
    done = client.post("/desk/account/second-step", data={"do": "on", "code": code_now(house, letters)}).text
    later(house, timedelta(minutes=1))
    return letters, re.findall(r"<code>([a-z0-9-]{11})</code>", done)


def test_a_new_password_asks_for_the_old_one_and_signs_every_other_browser_out(house: House) -> None:
    here, elsewhere = signed_in(house, "ida"), signed_in(house, "ida")
    form = {"old": PASSWORD, "new": NEW, "again": NEW}

    assert here.post("/desk/account/password", data={**form, "old": "wrong"}).status_code == 403
    assert elsewhere.get("/inbox").status_code == 200
    assert here.post("/desk/account/password", data=form).headers["location"] == "/desk/account?done=password"

    assert here.get("/inbox").status_code == 200
    assert elsewhere.get("/inbox").status_code == 303
    assert signed_in(house, "ida", password=NEW).get("/inbox").status_code == 200


@pytest.mark.parametrize(
    ("new", "again", "why"),
    [(NEW, "another one altogether", "not the same"), ("short", "short", "12 characters")],
)
def test_a_new_password_that_will_not_do_says_why(house: House, new: str, again: str, why: str) -> None:
    client = signed_in(house, "ida")

    answer = client.post("/desk/account/password", data={"old": PASSWORD, "new": new, "again": again})

    assert why in answer.text
    assert signed_in(house, "ida").get("/inbox").status_code == 200


def test_somebody_at_an_open_desk_cannot_guess_the_password_at_length(house: House) -> None:
    client = signed_in(house, "ida")
    form = {"old": "wrong", "new": NEW, "again": NEW}

    texts = [client.post("/desk/account/password", data=form).text for _ in range(6)]

    assert "Too many tries" in texts[-1]
    assert "Too many tries" not in texts[-2]


def test_the_second_step_is_turned_on_by_a_code_and_gives_recovery_codes_once(house: House) -> None:
    client, elsewhere = signed_in(house, "ida"), signed_in(house, "ida")

    secret, codes = set_up(house, client)

    assert len(codes) == one_time.RECOVERY_CODES
    assert elsewhere.get("/inbox").status_code == 303
    page = client.get("/desk/account").text
    assert "10 recovery codes left" in page
    assert secret not in page
    assert codes[0] not in page


def test_a_wrong_code_turns_nothing_on_and_keeps_the_picture(house: House) -> None:
    client = signed_in(house, "ida")
    first = client.post("/desk/account/second-step", data={"do": "begin"}).text

    answer = client.post("/desk/account/second-step", data={"do": "on", "code": "000000"})

    assert answer.status_code == 403
    picture = re.search(r'src="(data:image/svg[^"]+)"', first)
    assert picture is not None
    assert picture[1] in answer.text
    assert signed_in(house, "ida").get("/inbox").status_code == 200


def test_a_recovery_code_opens_once(house: House) -> None:
    _, codes = set_up(house, signed_in(house, "ida"))

    answers = []
    for _ in range(2):
        client = browser(house)
        client.post("/login", data={"name": "ida", "password": PASSWORD})
        answers.append(client.post("/login/code", data={"code": codes[3].upper()}).status_code)

    assert answers == [303, 403]


def test_recovery_codes_and_the_secret_do_not_stand_in_the_database(house: House) -> None:
    secret, codes = set_up(house, signed_in(house, "ida"))

    assert house.store.path is not None
    kept = b"".join(path.read_bytes() for path in house.store.path.parent.glob("digest.db*"))
    assert secret.encode() not in kept
    assert not any(one_time.recovery_spelling(code).encode() in kept for code in codes)


def test_the_second_step_is_turned_off_by_the_password(house: House) -> None:
    client = signed_in(house, "ida")
    set_up(house, client)

    wrong = client.post("/desk/account/second-step", data={"do": "off", "password": "wrong"})
    assert wrong.status_code == 403
    right = client.post("/desk/account/second-step", data={"do": "off", "password": PASSWORD})

    assert right.headers["location"] == "/desk/account?done=off"
    assert signed_in(house, "ida").get("/inbox").status_code == 200


def test_one_sees_where_one_is_signed_in_and_can_end_all_of_it(house: House) -> None:
    one, other = signed_in(house, "ida"), signed_in(house, "ida")

    page = one.get("/desk/account").text
    assert page.count("192.0.2.0/24") == 2
    assert page.count("This browser") == 1

    one.post("/desk/account/sessions")
    assert [client.get("/inbox").status_code for client in (one, other)] == [303, 303]
