"""Writes come from our own pages only; the one-click address is the exception that RFC 8058 asks for."""

import pytest
from starlette.applications import Starlette
from starlette.datastructures import Headers
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from starlette.testclient import TestClient

from digest.web.security import PAGE_CSP, Guard, allowed


def answer(request: Request) -> PlainTextResponse:
    return PlainTextResponse("done")


METHODS = ["GET", "POST"]
ROUTES = [Route("/desk", answer, methods=METHODS), Route("/u/{token}", answer, methods=METHODS)]
APP = Guard(Starlette(routes=ROUTES), hosts=frozenset({"desk.example", "testserver"}))


@pytest.mark.parametrize(
    ("headers", "welcome"),
    [
        ({"sec-fetch-site": "same-origin"}, True),
        ({"sec-fetch-site": "none"}, True),
        ({"sec-fetch-site": "cross-site"}, False),
        ({"sec-fetch-site": "same-site"}, False),
        ({"origin": "http://desk.example", "host": "desk.example"}, True),
        ({"origin": "http://evil.example", "host": "desk.example"}, False),
        ({"origin": "null", "host": "desk.example"}, False),
        ({"host": "desk.example"}, False),
    ],
)
def test_a_write_is_accepted_from_our_own_pages_only(headers: dict[str, str], welcome: bool) -> None:
    assert allowed("POST", "/desk", Headers(headers)) is welcome


def test_mail_providers_may_post_to_the_one_click_address() -> None:
    client = TestClient(APP, base_url="http://desk.example")

    assert client.post("/u/abc", headers={"sec-fetch-site": "cross-site"}).status_code == 200
    assert client.post("/desk", headers={"sec-fetch-site": "cross-site"}).status_code == 403


def test_every_answer_carries_a_policy_without_unsafe_words() -> None:
    answered = TestClient(APP).get("/desk")

    assert answered.headers["content-security-policy"] == PAGE_CSP
    assert "unsafe" not in PAGE_CSP
    assert answered.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize(
    ("host", "code"),
    [
        ("desk.example", 200),
        ("desk.example:8420", 200),
        ("evil.example", 403),
        ("letters.gazette.example", 403),
    ],
)
def test_the_workplace_answers_to_its_own_names_only(host: str, code: int) -> None:
    assert TestClient(APP).get("/desk", headers={"host": host}).status_code == code
    assert TestClient(APP).get("/u/abc", headers={"host": host}).status_code == 200


def test_a_form_that_is_too_large_is_turned_away() -> None:
    client = TestClient(APP, base_url="http://desk.example")

    assert client.post("/u/abc", content=b"x" * 100_000).status_code == 413
