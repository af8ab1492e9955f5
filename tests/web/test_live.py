"""Open pages hear of a change at once, and many of them need one watcher."""

import http.client
from contextlib import ExitStack, closing
from pathlib import Path

from digest.web.serving import Server
from newsroom import open_newsroom


def listen(server: Server, stack: ExitStack) -> http.client.HTTPResponse:
    """Open the stream of changes and wait until it has begun."""
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)
    stack.enter_context(closing(connection))
    connection.request("GET", "/live")
    answer = stack.enter_context(closing(connection.getresponse()))
    assert answer.readline() == b"retry: 1000\n"
    answer.readline()
    return answer


def test_a_saved_story_is_told_to_every_open_page_and_the_site_goes_on(tmp_path: Path) -> None:
    house = open_newsroom(tmp_path)
    path = tmp_path / "stories" / "mill.md"
    with Server(house, port=0) as server, ExitStack() as stack:
        pages = [listen(server, stack) for _ in range(50)]

        for number in range(200):  # until the watcher has begun to look, nobody hears of a change
            path.write_text(path.read_text("utf-8") + f"\n{number}\n", "utf-8")
            other = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)
            other.request("GET", "/healthz")
            with closing(other), closing(other.getresponse()) as answer:
                assert answer.status == 200

        assert all(page.readline().startswith(b"id: ") for page in pages)
    house.close()
