"""A pasted link becomes a story of this edition; nothing private is reached that no source may reach."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from digest.flows.desk.linking import paste_link
from digest.model.errors import AskedWrongly, SourceUnreachable, SourceUnreadable
from digest.store import compositions, editions
from digest.web.desk.room import workshop_of
from digest.wiring import House
from newsroom import MORNING, NOW, SCHEDULE, build, open_newsroom

ARTICLE = """\
<!doctype html><html lang="en"><head><title>A heron moves into the mill pond</title>
<meta property="og:title" content="A heron moves into the mill pond">
<meta property="article:published_time" content="2026-11-20T08:00:00Z"></head>
<body><article><h1>A heron moves into the mill pond</h1>
<p>It came on Friday, stood for an hour, and has been seen every morning since then by the miller.</p>
<p>Nobody has counted the fish, but the miller says that there are fewer of them every day now.</p>
</article></body></html>"""


class Site(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        body = (ARTICLE if self.path == "/heron" else "<html><body></body></html>").encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


@pytest.fixture
def site() -> Iterator[str]:
    server = HTTPServer(("127.0.0.1", 0), Site)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.fixture
def house(tmp_path: Path, site: str) -> Iterator[House]:
    intranet = f"  - id: intranet\n    page: {site}/none\n    allow_private_address: true\n"
    schedule = SCHEDULE.replace("defaults:", intranet + "defaults:")
    house = open_newsroom(tmp_path, schedule=schedule)
    build(house)
    yield house
    house.close()


def paste(house: House, url: str) -> None:
    with house.store.read() as connection:
        version = editions.versions(connection, [MORNING])[MORNING]
    paste_link(house.store, workshop_of(house), MORNING, url, version=version, who="ada", now=NOW)


def test_the_page_is_in_the_edition_whatever_its_age(house: House, site: str) -> None:
    paste(house, f"{site}/heron")

    with house.store.read() as connection:
        made = compositions.composition(connection, MORNING)
        line = editions.history(connection, MORNING)[-1]
    assert "A heron moves into the mill pond" in [slot.story.headline for slot in made.selection.slots]
    assert line.what == "pinned “A heron moves into the mill pond”"


def test_it_stays_when_the_edition_is_built_anew(house: House, site: str) -> None:
    paste(house, f"{site}/heron")

    digest = house.schedule.digests[0]
    from digest.flows.compose import occasion_named

    made = house.draft(digest, occasion_named(digest, MORNING), now=NOW)
    assert "A heron moves into the mill pond" in [s.story.headline for s in made.composition.selection.slots]


def test_a_page_without_an_article_is_told_so(house: House, site: str) -> None:
    with pytest.raises(SourceUnreadable):
        paste(house, f"{site}/empty")


def test_another_private_server_is_not_asked(house: House) -> None:
    with pytest.raises(SourceUnreachable):
        paste(house, "http://127.0.0.1:1/secret")


def test_only_the_web_can_be_pasted(house: House) -> None:
    with pytest.raises(AskedWrongly):
        paste(house, "file:///etc/passwd")
