"""Who gets in, and who does not: the session, the cookie, the names, the person at this machine."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from digest.flows import accounts
from digest.model.account import AT_MOST, IDLE, Role
from digest.web.app import WORKPLACE, build_app, marked
from digest.web.signing_in import safe_next
from digest.wiring import House
from newsroom import Clock, open_newsroom
from web.desk_people import DESK, OURS, browser, hire, signed_in


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    house = open_newsroom(tmp_path)
    yield house
    house.close()


def later(house: House, span: timedelta) -> None:
    clock = house.clock
    assert isinstance(clock, Clock)
    clock.now += span


def enters(client: TestClient) -> bool:
    return client.get("/inbox").status_code == 200


def token(client: TestClient) -> str:
    (cookie,) = client.cookies.jar
    return str(cookie.value)


def test_without_accounts_the_person_at_this_machine_is_the_admin(house: House) -> None:
    client = TestClient(build_app(house), base_url=DESK)

    assert client.get("/desk/people").status_code == 200
    assert "digest users add" in client.get("/desk/account").text


@pytest.mark.parametrize("header", ["X-Forwarded-For", "Forwarded", "Via", "X-Real-IP"])
def test_what_comes_through_a_proxy_is_not_the_person_at_this_machine(house: House, header: str) -> None:
    client = TestClient(build_app(house), base_url=DESK)

    assert client.get("/desk", headers={header: "198.51.100.4"}).status_code == 403


def test_beyond_this_machine_nobody_is_the_admin_for_want_of_accounts(house: House) -> None:
    client = TestClient(build_app(house, host="192.0.2.1"), base_url=DESK)

    assert client.get("/desk").status_code == 403
    assert client.get("/login").status_code == 403


def test_the_first_account_is_not_made_in_a_browser(house: House) -> None:
    client = TestClient(build_app(house), base_url=DESK, headers=OURS)

    answer = client.post("/desk/people", data={"do": "add", "name": "eve", "role": "admin"})

    assert answer.status_code == 403
    assert "command line" in answer.text


def test_from_the_first_account_on_everybody_signs_in(house: House) -> None:
    accounts.add(house.store, name="ida", email="", role=None, who="test", now=house.clock())

    answer = browser(house).get("/desk?day=1")

    assert (answer.status_code, answer.headers["location"]) == (303, "/login?next=%2Fdesk%3Fday%3D1")


def test_a_page_that_listens_for_news_is_told_to_sign_in_without_a_page(house: House) -> None:
    hire(house, "ida", Role.ADMIN)

    assert browser(house).get("/live", headers={"accept": "text/event-stream"}).status_code == 401
    assert browser(house).get("/desk", headers={"hx-request": "true"}).headers["hx-redirect"] == "/login"


def test_signing_in_leads_to_the_page_that_was_asked_for(house: House) -> None:
    hire(house, "ida", Role.ADMIN)
    client = browser(house)

    answer = client.post(
        "/login", data={"name": " IDA ", "password": "nine herons over the mill", "next": "/inbox"}
    )

    assert answer.headers["location"] == "/inbox"
    assert enters(client)


@pytest.mark.parametrize(
    ("base_url", "name", "secure"),
    [(DESK, "digest-", False), ("https://desk.gazette.example", "__Host-digest-", True)],
)
def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(
    house: House, base_url: str, name: str, secure: bool
) -> None:
    hire(house, "ida", Role.ADMIN)
    client = browser(house, base_url=base_url)

    answer = client.post("/login", data={"name": "ida", "password": "nine herons over the mill"})

    cookie = answer.headers["set-cookie"].lower()
    assert answer.headers["set-cookie"].startswith(name)
    assert "httponly" in cookie
    assert "samesite=lax" in cookie
    assert "path=/" in cookie
    assert "domain" not in cookie
    assert ("; secure" in cookie) is secure


def test_a_token_that_was_planted_is_never_adopted(house: House) -> None:
    hire(house, "ida", Role.ADMIN)
    victim = signed_in(house, "ida")
    (cookie,) = victim.cookies.jar
    planted = browser(house)
    planted.cookies.set(cookie.name, "planted-by-somebody-else", domain=cookie.domain, path="/")

    planted.post("/login", data={"name": "ida", "password": "nine herons over the mill"})

    assert "planted-by-somebody-else" not in [c.value for c in planted.cookies.jar]
    stranger = browser(house)
    stranger.cookies.set(cookie.name, "planted-by-somebody-else", domain=cookie.domain, path="/")
    assert not enters(stranger)


def test_signing_in_again_gives_a_new_token_and_ends_the_old_one(house: House) -> None:
    hire(house, "ida", Role.ADMIN)
    client = signed_in(house, "ida")
    old = token(client)

    client.post("/login", data={"name": "ida", "password": "nine herons over the mill"})

    assert token(client) != old
    (cookie,) = client.cookies.jar
    thief = browser(house)
    thief.cookies.set(cookie.name, old, domain=cookie.domain, path="/")
    assert not enters(thief)


def test_the_database_holds_no_token(house: House) -> None:
    hire(house, "ida", Role.ADMIN)
    client = signed_in(house, "ida")

    assert house.store.path is not None
    kept = b"".join(path.read_bytes() for path in house.store.path.parent.glob("digest.db*"))
    assert token(client).encode() not in kept
    assert b"nine herons" not in kept


def test_a_session_ends_when_it_is_not_used(house: House) -> None:
    hire(house, "ida", Role.ADMIN)
    used, unused = signed_in(house, "ida"), signed_in(house, "ida")

    later(house, IDLE / 2)
    assert enters(used)
    later(house, IDLE / 2)

    assert enters(used)
    assert not enters(unused)


def test_a_session_ends_at_last_however_much_it_is_used(house: House) -> None:
    hire(house, "ida", Role.ADMIN)
    client = signed_in(house, "ida")
    steps = int(AT_MOST / (IDLE / 2))

    for _ in range(steps - 1):
        later(house, IDLE / 2)
        assert enters(client)
    later(house, IDLE / 2)

    assert not enters(client)


def test_signing_out_ends_this_session_or_all_of_them(house: House) -> None:
    hire(house, "ida", Role.ADMIN)
    one, two, three = (signed_in(house, "ida") for _ in range(3))

    assert one.get("/logout").status_code == 200
    assert enters(one)  # a GET ends nothing
    one.post("/logout")
    assert [enters(one), enters(two), enters(three)] == [False, True, True]

    two.post("/logout", data={"where": "everywhere"})
    assert [enters(two), enters(three)] == [False, False]


@pytest.mark.parametrize("verb", ["role", "disable", "password", "remove", "end"])
def test_what_changes_what_a_person_may_do_ends_the_sessions_of_that_person(house: House, verb: str) -> None:
    hire(house, "ida", Role.ADMIN)
    hire(house, "bo", Role.ADMIN)
    client, now = signed_in(house, "bo"), house.clock()

    if verb == "role":
        accounts.set_role(house.store, "bo", Role.READER, who="ida", now=now)
    elif verb == "disable":
        accounts.disable(house.store, "bo", who="ida", now=now)
    elif verb == "remove":
        accounts.remove(house.store, "bo", who="ida", now=now)
    elif verb == "end":
        accounts.end_sessions(house.store, "bo", who="ida", now=now)
    else:
        accounts.set_password(
            house.store, "bo", password="eleven geese on the green", newsroom="", who="ida",
            keys=house.keys, now=now,
        )  # fmt: skip

    assert not enters(client)


def test_a_page_that_forgot_to_say_its_role_stops_the_server_from_starting() -> None:
    def forgotten(request: Request) -> PlainTextResponse:
        return PlainTextResponse("open to all")

    with pytest.raises(TypeError, match="which role it asks for"):
        marked([*WORKPLACE, Route("/desk/forgotten", forgotten)])


@pytest.mark.parametrize(
    ("target", "where"),
    [
        ("/desk/morning/2026-11-23?width=375", "/desk/morning/2026-11-23?width=375"),
        ("/inbox", "/inbox"),
        ("//evil.example/desk", "/desk"),
        ("https://evil.example/desk", "/desk"),
        ("/\\evil.example", "/desk"),
        ("/desk//evil.example", "/desk"),
        ("/desk\r\nSet-Cookie: x=1", "/desk"),
        ("/archive/morning", "/desk"),
        ("/logout", "/desk"),
        ("", "/desk"),
    ],
)
def test_signing_in_leads_to_a_page_of_the_desk_and_nowhere_else(target: str, where: str) -> None:
    assert safe_next(target) == where


@given(st.text())
def test_no_text_leads_out_of_the_desk(target: str) -> None:
    where = safe_next(target)

    assert where.startswith(("/desk", "/inbox", "/preview", "/live"))
    assert "//" not in where.partition("?")[0]


def test_another_newsroom_on_this_machine_has_a_cookie_of_its_own(house: House, tmp_path: Path) -> None:
    other = open_newsroom(tmp_path / "other")
    try:
        for each in (house, other):
            hire(each, "ida", Role.ADMIN)
        names = [next(iter(signed_in(each, "ida").cookies.jar)).name for each in (house, other)]
    finally:
        other.close()

    assert names[0] != names[1]


def test_the_desk_is_reached_under_the_names_it_was_given(house: House) -> None:
    hire(house, "ida", Role.ADMIN)

    assert browser(house, base_url="https://desk.gazette.example").get("/login").status_code == 200
    assert browser(house, base_url="https://letters.gazette.example").get("/login").status_code == 403
