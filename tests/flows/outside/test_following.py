"""Links are followed once each, through the guarded client; sites on this machine stand for those outside."""

import threading
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from digest.flows.outside.following import links
from digest.model.finding import Finding, Level
from digest.model.mail import Rendering

ANSWERS = {"/here": 200, "/gone": 410, "/missing": 404, "/shy": 403, "/busy": 503, "/moved": 301}


class Site(ThreadingHTTPServer):
    """Answers as told, and counts who asks for what."""

    asked: Counter[str]


class Answers(BaseHTTPRequestHandler):
    server: Site

    def do_GET(self) -> None:
        self.server.asked[self.path] += 1
        self.send_response(ANSWERS[self.path])
        if self.path == "/moved":
            self.send_header("Location", "/here")
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, format: str, *arguments: object) -> None:
        """Keep quiet."""


@pytest.fixture
def site() -> Iterator[Site]:
    server = Site(("127.0.0.1", 0), Answers)
    server.asked = Counter()
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def mail(*addresses: str) -> Rendering:
    html = "\n".join(f'<a href="{address}">a report</a>' for address in addresses)
    return Rendering(subject="S", preheader="", html=f"<html><body>{html}</body></html>", text="", nonce="n0")


def followed(site: Site, *paths: str, private: bool = True) -> dict[str, Finding]:
    base = f"http://127.0.0.1:{site.server_port}"
    found = links([mail(*(base + path for path in paths))], pages="https://ours.example", private=private)
    return {finding.code: finding for finding in found}


def test_a_page_that_is_there_is_no_finding(site: Site) -> None:
    assert followed(site, "/here") == {}


@pytest.mark.parametrize(
    ("path", "code", "level"),
    [
        ("/missing", "link-dead", Level.WARNING),
        ("/gone", "link-dead", Level.WARNING),
        ("/shy", "link-unsure", Level.NOTE),
        ("/busy", "link-unsure", Level.NOTE),
        ("/moved", "link-moved", Level.NOTE),
    ],
)
def test_what_a_site_answers_is_told_with_the_place_of_the_link(
    site: Site, path: str, code: str, level: Level
) -> None:
    found = followed(site, "/here", path)

    assert set(found) == {code}
    assert found[code].level is level
    assert found[code].line == 2


def test_each_link_is_asked_once_and_our_own_pages_never(site: Site) -> None:
    base = f"http://127.0.0.1:{site.server_port}"
    one = mail(f"{base}/here", f"{base}/here#part", "https://ours.example/u/x", "mailto:a@b.example", "#top")
    other = replace(one, subject="T")

    assert list(links([one, other], pages="https://ours.example", private=True)) == []
    assert site.asked == {"/here": 1}


def test_a_link_into_this_network_is_not_followed(site: Site) -> None:
    found = followed(site, "/here", private=False)

    assert "link-dead" in found
    assert site.asked == {}
