"""The readers' pages against those who would use them otherwise: other sites, frames, redirects, floods."""

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from urllib.parse import quote

import pytest

from digest.store.engine import open_store
from digest.web.public import PUBLIC
from digest.wiring import House
from newsroom import open_newsroom
from web.gallery import Gallery
from web.visitors import CROSS, SAME, browser, field, wait

#: A value for each place in an address.
PLACES = {"digest": "morning", "token": "MTIz.abc", "edition:path": "morning/2026-11-23", "name": "x.jpg"}
PATHS = [str(route.path) for route in PUBLIC if hasattr(route, "methods")]


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    house = open_newsroom(tmp_path)
    house.sync_readers()
    yield house
    house.close()


def filled(path: str) -> str:
    for name, value in PLACES.items():
        path = path.replace("{" + name + "}", value)
    return path


@pytest.mark.parametrize("path", PATHS)
def test_no_page_may_be_framed_read_as_something_else_or_kept_by_anybody(house: House, path: str) -> None:
    answer = browser(house).get(filled(path))

    policy = answer.headers["content-security-policy"]
    assert "frame-ancestors 'none'" in policy or "sandbox" in policy
    assert "unsafe" not in policy or "sandbox" in policy
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["referrer-policy"] == "same-origin"
    shared = path.endswith("/example")  # the same for everybody, and nobody's
    assert answer.headers["cache-control"] == ("public, max-age=300" if shared else "no-store")
    assert "set-cookie" not in answer.headers


@pytest.mark.parametrize("path", PATHS)
def test_a_press_on_another_site_changes_nothing(house: House, path: str) -> None:
    if path in ("/u/{token}", "/join/{digest}", "/api/join"):
        return  # proven on their own: one click, forms elsewhere, JSON
    assert browser(house).post(filled(path), data={"sure": "on"}, headers=CROSS).status_code in (403, 405)


@pytest.mark.parametrize(
    "path",
    ["//evil.example", "/%2f%2fevil.example", "/https://evil.example", "/?next=https://evil.example",
     "/join/morning?next=//evil.example", "/archive//evil.example/x", "/archive/morning/", "/u/",
     "/static//evil.example"],
)  # fmt: skip
def test_no_address_leads_to_another_site(house: House, path: str) -> None:
    for method in ("GET", "POST"):
        answer = browser(house).request(method, path, headers=SAME, follow_redirects=False)

        assert "location" not in answer.headers
        assert 'href="//evil' not in answer.text
        assert 'href="https://evil' not in answer.text


@pytest.mark.parametrize(
    "text", ["</title><script>x()</script>", "{{ 7 * 7 }}", "x\r\nSet-Cookie: a=b", "\u202egpj.exe"]
)
def test_nothing_in_an_address_or_a_field_comes_back_as_more_than_text(house: House, text: str) -> None:
    client = browser(house)
    accept = {"accept-language": text} if text.isprintable() and text.isascii() else {}
    path = quote(text, safe="")
    answers = [
        client.get("/", params={"lang": text, "x": text}),
        client.get("/join/morning", params={"lang": text}, headers=accept),
        client.get(f"/archive/{path}"),
        client.get(f"/{path}"),
        client.post("/join/morning", data={"email": text, "topic": text}, headers=SAME),
        client.post("/my-data", data={"email": f"{text}@post.example", "form": text}, headers=SAME),
    ]

    for answer in answers:
        assert "<script>" not in answer.text
        assert "49" not in answer.text
        assert "set-cookie" not in answer.headers


def test_a_form_is_no_place_for_a_flood(house: House) -> None:
    client = browser(house)
    large = client.post("/join/morning", data={"email": "x" * 100_000}, headers=SAME)

    def drip() -> Iterator[bytes]:
        for _ in range(40):
            yield b"email=" + b"x" * 4096 + b"&"

    headers = {**SAME, "content-type": "application/x-www-form-urlencoded"}
    chunked = client.post("/join/morning", content=drip(), headers=headers)
    many = client.post("/join/morning", content=b"a=1&" * 5000, headers=headers)

    assert large.status_code == 413
    assert chunked.status_code == 413
    assert many.status_code == 400


@pytest.mark.parametrize(
    "content_type", ["multipart/form-data", "multipart/form-data; boundary=x", "text/xml", ""]
)
def test_a_form_that_cannot_be_read_is_no_fault_of_ours(house: House, content_type: str) -> None:
    for path in ("/join/morning", "/my-data", "/c/MTIz.abc", "/u/MTIz.abc", "/p/MTIz.abc", "/e/MTIz.abc"):
        answer = browser(house).post(
            path, content=b"--x\r\n\xff", headers={**SAME, "content-type": content_type}
        )

        assert 200 <= answer.status_code < 500, path


def test_errors_are_said_in_the_readers_language_and_name_nothing_of_the_inside(house: House) -> None:
    lost = browser(house, language="fr").get("/archive/nightly")

    assert lost.status_code == 404
    assert "Ce n’est pas ici" in lost.text
    assert "nightly" not in lost.text


def test_a_database_that_is_busy_is_told_so_and_nothing_is_lost(house: House) -> None:
    client = browser(house)
    token = field(client.get("/join/morning").text, "form")
    wait(house, seconds=5)
    patient = house.store
    impatient = open_store(f"sqlite:///{patient.path}", lock_wait=timedelta(milliseconds=50))
    house.__dict__["store"] = impatient
    data = {"email": "dee@post.example", "form": token}
    with patient.write():
        answer = client.post("/join/morning", data=data, headers=SAME)

    assert answer.status_code == 503
    assert "try again in a few minutes" in answer.text
    impatient.close()
    house.__dict__["store"] = patient


def test_every_link_on_every_page_leads_somewhere(tmp_path: Path) -> None:
    gallery = Gallery(tmp_path, "en")
    links = {
        link for html in gallery.pages().values() for link in re.findall(r'(?:href|action)="(/[^"?]*)', html)
    }
    gets = sorted(link for link in links if not link.startswith(("/undo/", "/why/", "/p/")))

    found = {link: gallery.client.get(link).status_code for link in gets}
    gallery.close()

    assert len(found) >= 10
    assert {link: status for link, status in found.items() if status != 200 and link[:3] != "/d/"} == {}
    assert found["/"] == found["/my-data"] == found["/join/evening"] == found["/archive/morning"] == 200
