"""Open pages hear of a change at once, and many of them need one watcher."""

import http.client
import os
import re
from contextlib import ExitStack, closing
from pathlib import Path

from digest.store import editions
from digest.web.serving import Server
from digest.wiring import open_house
from newsroom import NOW, open_newsroom


def listen(server: Server, stack: ExitStack, since: str = "") -> http.client.HTTPResponse:
    """Open the stream of changes and wait until it has begun."""
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)
    stack.enter_context(closing(connection))
    connection.request("GET", f"/live?since={since}")
    answer = stack.enter_context(closing(connection.getresponse()))
    assert answer.readline() == b"retry: 1000\n"
    answer.readline()
    return answer


def ask(server: Server, address: str) -> str:
    """Return what a page answers."""
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)
    connection.request("GET", address)
    with closing(connection), closing(connection.getresponse()) as answer:
        assert answer.status == 200
        return answer.read().decode()


def test_a_saved_story_is_told_to_every_open_page_and_the_site_goes_on(tmp_path: Path) -> None:
    house = open_newsroom(tmp_path)
    path = tmp_path / "stories" / "mill.md"
    with Server(house, port=0) as server, ExitStack() as stack:
        pages = [listen(server, stack) for _ in range(50)]

        for number in range(200):  # until the watcher has begun to look, nobody hears of a change
            path.write_text(path.read_text("utf-8") + f"\n{number}\n", "utf-8")
            assert ask(server, "/healthz")

        assert all(page.readline().startswith(b"id: ") for page in pages)
    house.close()


def test_a_saved_story_is_read_before_the_page_is_told(tmp_path: Path) -> None:
    house = open_newsroom(tmp_path)
    path = tmp_path / "stories" / "mill.md"
    text = path.read_text("utf-8")
    with Server(house, port=0) as server, ExitStack() as stack:
        page = listen(server, stack)
        for number in range(200):  # until the watcher has begun to look, nobody hears of a change
            path.write_text(text.replace("mill wheel", "water wheel") + f"\n{number}\n", "utf-8")
            assert ask(server, "/healthz")

        while "The water wheel turns again" not in ask(server, "/preview/morning"):
            assert page.readline()  # the next event, for a save was seen while it was half done
    house.close()


def test_a_change_of_an_edition_by_another_process_is_told(tmp_path: Path) -> None:
    house = open_newsroom(tmp_path)
    other = open_house(tmp_path, {"PATH": os.environ["PATH"]})
    with Server(house, port=0) as server, ExitStack() as stack:
        page = listen(server, stack)
        with other.store.write() as connection:
            editions.open_edition(
                connection, "morning/2026-11-23", digest="morning", day=NOW.date(), who="test", now=NOW
            )

        assert page.readline().startswith(b"id: ")
    other.close()
    house.close()


def test_who_comes_with_an_older_mark_is_told_at_once(tmp_path: Path) -> None:
    house = open_newsroom(tmp_path)
    with Server(house, port=0) as server, ExitStack() as stack:
        (mark,) = re.findall(r'data-live="/live\?since=([^"]+)"', ask(server, "/preview/morning"))
        with house.store.write() as connection:
            editions.open_edition(
                connection, "morning/2026-11-23", digest="morning", day=NOW.date(), who="test", now=NOW
            )

        page = listen(server, stack, since=mark)

        assert page.readline() != f"id: {mark}\n".encode()
    house.close()
