"""The pages where one signs in tell nobody anything, and are patient only so long."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from digest.access import one_time
from digest.flows import accounts, second_step
from digest.flows.signing_in import LIMITS, Browser
from digest.model.account import INVITED_FOR, SECOND_STEP_WITHIN, Role
from digest.store import audit
from digest.store.accounts import named
from digest.wiring import House
from newsroom import Clock, open_newsroom
from web.desk_people import DESK, PASSWORD, browser, hire, signed_in


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


def try_in(client: TestClient, name: str, password: str = "wrong") -> tuple[int, str]:
    answer = client.post("/login", data={"name": name, "password": password})
    return answer.status_code, answer.text.replace(f'value="{name}"', "")


def with_app(house: House, name: str) -> str:
    """Give `name` a second step; return the secret that the app has."""
    with house.store.read() as connection:
        account = named(connection, name)
    secret = second_step.prepare(house.store, account, keys=house.keys)
    typed = one_time.code(secret, one_time.period_of(house.clock()))
    second_step.turn_on(
        house.store, account, typed=typed, browser=Browser(), keys=house.keys, now=house.clock()
    )
    later(house, timedelta(minutes=1))
    return secret


def test_a_wrong_name_a_wrong_password_and_a_shut_out_account_get_the_same_answer(house: House) -> None:
    hire(house, "bo", Role.EDITOR)
    accounts.disable(house.store, "bo", who="ida", now=house.clock())

    answers = [
        try_in(browser(house), "ida"),
        try_in(browser(house), "nobody"),
        try_in(browser(house), "no name at all, but a long text with spaces"),
        try_in(browser(house), "bo", PASSWORD),
    ]

    assert {status for status, _ in answers} == {403}
    assert len({text for _, text in answers}) == 1


def test_after_five_tries_a_name_is_paused_whether_or_not_it_is_there(house: House) -> None:
    tries = LIMITS["here"][0]
    one, other = browser(house, address="192.0.2.7"), browser(house, address="198.51.100.7")

    for _ in range(tries):
        assert try_in(one, "ida")[0] == 403
        assert try_in(other, "nobody")[0] == 403
    told = [try_in(one, "ida", PASSWORD), try_in(other, "nobody")]

    assert [status for status, _ in told] == [429, 429]
    assert told[0] == told[1]


def test_a_paused_name_gets_in_from_elsewhere_and_later_from_here(house: House) -> None:
    client = browser(house)
    for _ in range(LIMITS["here"][0]):
        try_in(client, "ida")

    assert try_in(client, "ida", PASSWORD)[0] == 429
    assert try_in(browser(house, address="198.51.100.7"), "ida", PASSWORD)[0] == 303
    later(house, LIMITS["here"][1])
    assert try_in(client, "ida", PASSWORD)[0] == 303


def test_a_network_that_tries_many_names_is_paused_and_told_for_how_long(house: House) -> None:
    client = browser(house)
    for number in range(LIMITS["network"][0]):
        assert try_in(client, f"name{number}")[0] == 403

    answer = client.post("/login", data={"name": "ida", "password": PASSWORD})

    assert answer.status_code == 429
    assert int(answer.headers["retry-after"]) == LIMITS["network"][1].total_seconds()


def test_the_limit_outlives_a_restart(house: House) -> None:
    for _ in range(LIMITS["here"][0]):
        try_in(browser(house), "ida")
    house.close()

    assert try_in(browser(house), "ida", PASSWORD)[0] == 429


def test_tries_that_succeed_do_not_count(house: House) -> None:
    client = browser(house)

    for _ in range(2 * LIMITS["here"][0]):
        assert try_in(client, "ida", PASSWORD)[0] == 303


def test_what_was_typed_as_a_name_is_not_kept(house: House) -> None:
    for _ in range(LIMITS["here"][0]):
        try_in(browser(house), "oops my password")

    with house.store.read() as connection:
        lines = audit.lines(connection)
    assert house.store.path is not None
    kept = b"".join(path.read_bytes() for path in house.store.path.parent.glob("digest.db*"))
    assert b"oops my password" not in kept
    assert any("too many tries" in line.what and line.about == "signing in" for line in lines)


def test_an_admin_may_let_a_paused_person_try_again_at_once(house: House) -> None:
    for _ in range(LIMITS["here"][0]):
        try_in(browser(house), "ida")

    accounts.enable(house.store, "ida", who="root", keys=house.keys, now=house.clock())

    assert try_in(browser(house), "ida", PASSWORD)[0] == 303


@pytest.mark.parametrize("path", ["/login", "/login/code", "/logout", "/login/invitation/x", "/desk/people"])
def test_no_other_site_may_sign_anybody_in_or_out(house: House, path: str) -> None:
    client = signed_in(house, "ida")

    answer = client.post(path, headers={"sec-fetch-site": "cross-site"})

    assert answer.status_code == 403
    assert "another site" in answer.text


def test_the_password_alone_does_not_open_an_account_with_a_second_step(house: House) -> None:
    secret = with_app(house, "ida")
    client = browser(house)

    answer = client.post("/login", data={"name": "ida", "password": PASSWORD, "next": "/inbox"})

    assert answer.headers["location"] == "/login/code?next=%2Finbox"
    assert client.get("/inbox").status_code == 303
    assert client.get("/desk/account").status_code == 303
    half = next(iter(client.cookies.jar)).value
    code = one_time.code(secret, one_time.period_of(house.clock()))
    answer = client.post("/login/code", data={"code": code, "next": "/inbox"})
    assert answer.headers["location"] == "/inbox"
    assert client.get("/inbox").status_code == 200
    assert next(iter(client.cookies.jar)).value != half


def test_a_code_opens_once_even_within_its_half_minute(house: House) -> None:
    secret = with_app(house, "ida")
    code = one_time.code(secret, one_time.period_of(house.clock()))
    clients = [browser(house), browser(house)]
    for client in clients:
        client.post("/login", data={"name": "ida", "password": PASSWORD})

    answers = [client.post("/login/code", data={"code": code}).status_code for client in clients]

    assert answers == [303, 403]


def test_codes_are_not_guessed_at_length(house: House) -> None:
    with_app(house, "ida")
    client = browser(house)
    client.post("/login", data={"name": "ida", "password": PASSWORD})

    answers = [client.post("/login/code", data={"code": "000000"}).status_code for _ in range(6)]

    assert answers == [403] * 5 + [429]


def test_the_second_step_must_follow_soon(house: House) -> None:
    secret = with_app(house, "ida")
    client = browser(house)
    client.post("/login", data={"name": "ida", "password": PASSWORD})
    later(house, SECOND_STEP_WITHIN)

    code = one_time.code(secret, one_time.period_of(house.clock()))
    answer = client.post("/login/code", data={"code": code})

    assert answer.headers["location"] == "/login"
    assert client.get("/inbox").status_code == 303


def test_a_code_page_without_a_password_leads_back_to_the_start(house: House) -> None:
    assert browser(house).get("/login/code").headers["location"] == "/login"


def invitation(house: House) -> str:
    accounts.add(house.store, name="bo", email="", role=Role.EDITOR, who="ida", now=house.clock())
    return f"/login/invitation/{accounts.invite(house.store, 'bo', who='ida', now=house.clock())}"


def test_an_invitation_is_answered_once_and_looking_at_it_answers_nothing(house: House) -> None:
    path = invitation(house)
    client, new = (
        browser(house),
        {"password": "eleven geese on the green", "again": "eleven geese on the green"},
    )

    assert [client.get(path).status_code for _ in range(3)] == [200, 200, 200]
    assert client.post(path, data=new).headers["location"] == "/desk/account"
    assert client.get("/desk/account").status_code == 200
    assert browser(house).get(path).status_code == 404
    assert browser(house).post(path, data=new).status_code == 404


@pytest.mark.parametrize(
    ("password", "again", "why"),
    [
        ("eleven geese on the green", "eleven geese on the lawn", "not the same"),
        ("short", "short", "12 characters"),
        ("bobobobobobobo", "bobobobobobobo", "first that somebody would try"),
    ],
)
def test_an_invitation_says_what_is_wrong_with_a_password_and_stays_open(
    house: House, password: str, again: str, why: str
) -> None:
    path = invitation(house)

    answer = browser(house).post(path, data={"password": password, "again": again})

    assert answer.status_code == 400
    assert why in answer.text
    assert browser(house).get(path).status_code == 200


@pytest.mark.parametrize("end", ["too old", "replaced", "disabled", "removed"])
def test_an_invitation_ends(house: House, end: str) -> None:
    path = invitation(house)

    if end == "too old":
        later(house, INVITED_FOR)
    elif end == "replaced":
        accounts.invite(house.store, "bo", who="ida", now=house.clock())
    elif end == "disabled":
        accounts.disable(house.store, "bo", who="ida", now=house.clock())
    else:
        accounts.remove(house.store, "bo", who="ida", now=house.clock())

    assert browser(house).get(path).status_code == 404


def test_an_invitation_is_no_way_around_the_second_step(house: House) -> None:
    with_app(house, "ida")
    token = accounts.invite(house.store, "ida", who="root", now=house.clock())
    client = browser(house)
    new = {"password": "eleven geese on the green", "again": "eleven geese on the green"}

    answer = client.post(f"/login/invitation/{token}", data=new)

    assert answer.headers["location"].startswith("/login/code")
    assert client.get("/desk").status_code == 303


def test_html_in_a_name_is_shown_as_text(house: House) -> None:
    _, text = try_in(browser(house, base_url=DESK), '"><script>alert(1)</script>')

    assert "<script>" not in text
