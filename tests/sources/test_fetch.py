import gzip
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from digest.sources.fetch import Bookmark, Fetched, FetchOutcome, Limits, Request, fetch
from digest.sources.guard import is_public
from sources.server import Answer, Web, web

MARCH = "Wed, 12 Mar 2031 09:00:00 GMT"
QUICK = Limits(pause_per_host=timedelta(0), total=timedelta(seconds=20))


def one(served: Web, path: str, *, limits: Limits = QUICK, **given: Any) -> Fetched:
    """Fetch one path of a server that is allowed by name."""
    (answer,) = fetch(
        [Request(url=served.url(path), **{"allow_private_address": True} | given)], limits=limits
    )
    return answer


def test_a_page_comes_with_its_type_and_its_bookmark() -> None:
    headers = {
        "Content-Type": "application/rss+xml",
        "ETag": '"1"',
        "Last-Modified": MARCH,
    }
    with web(feed=Answer(body=b"<rss/>", headers=headers)) as served:
        answer = one(served, "/feed")

    assert (answer.outcome, answer.status, answer.body) == (FetchOutcome.FRESH, 200, b"<rss/>")
    assert answer.content_type == "application/rss+xml"
    assert answer.bookmark == Bookmark(etag='"1"', last_modified=MARCH)
    assert (answer.url, answer.moved_to) == (served.url("/feed"), None)


def test_a_bookmark_makes_the_request_conditional_and_304_keeps_it() -> None:
    mark = Bookmark(etag='"1"', last_modified=MARCH)
    with web(
        feed=lambda headers: Answer(status=304 if headers.get("if-none-match") == '"1"' else 200)
    ) as served:
        answer = one(served, "/feed", bookmark=mark)

    assert (answer.outcome, answer.bookmark) == (FetchOutcome.UNCHANGED, mark)
    assert served.asked[0][1]["if-modified-since"] == MARCH


@pytest.mark.parametrize("name", ["127.0.0.1", "localhost", "[::ffff:127.0.0.1]", "127.1", "0.0.0.0"])
def test_private_addresses_are_refused_however_they_are_written(name: str) -> None:
    with web(feed=Answer(body=b"secret")) as served:
        url = served.url("/feed").replace("127.0.0.1", name)
        (answer,) = fetch([Request(url=url)], limits=QUICK)

    assert answer.outcome is FetchOutcome.FAILED
    assert served.asked == []
    assert "private" in answer.why or "web address" in answer.why


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("93.184.216.34", True), ("2606:2800:220::1", True), ("127.0.0.1", False), ("10.0.0.7", False),
        ("169.254.169.254", False), ("100.64.0.1", False), ("192.168.1.1", False), ("0.0.0.0", False),
        ("::1", False),
        ("fe80::1%eth0", False), ("fc00::1", False), ("::ffff:10.0.0.1", False), ("64:ff9b::a00:1", False),
        ("2002:7f00:1::", False), ("224.0.0.1", False), ("255.255.255.255", False),
        ("64:ff9b::5db8:d822", True),
    ],
)  # fmt: skip
def test_an_address_is_public_only_if_what_it_wraps_is(address: str, public: bool) -> None:
    assert is_public(address) is public


def test_a_redirect_is_checked_like_a_first_request() -> None:
    with web(secret=Answer(body=b"secret")) as inside:
        there = {"Location": inside.url("/secret")}
        with web(go=Answer(status=302, headers=there)) as outside:
            answer = one(outside, "/go")

    assert answer.outcome is FetchOutcome.FAILED
    assert "private" in answer.why
    assert inside.asked == []


@pytest.mark.parametrize(
    ("status", "moved"), [(301, True), (308, True), (302, False), (303, False), (307, False)]
)
def test_only_a_permanent_redirect_moves_the_source(status: int, moved: bool) -> None:
    with web(old=Answer(status=status, headers={"Location": "/new"}), new=Answer(body=b"x")) as served:
        answer = one(served, "/old")

    assert (answer.body, answer.url) == (b"x", served.url("/new"))
    assert answer.moved_to == (served.url("/new") if moved else None)


def test_a_permanent_redirect_behind_a_temporary_one_moves_nothing() -> None:
    with web(
        a=Answer(status=301, headers={"Location": "/b"}), b=Answer(status=302, headers={"Location": "/c"}),
        c=Answer(status=301, headers={"Location": "/d"}), d=Answer(body=b"x"),
    ) as served:  # fmt: skip
        answer = one(served, "/a")

    assert (answer.url, answer.moved_to) == (served.url("/d"), served.url("/b"))


@pytest.mark.parametrize(
    ("location", "why"),
    [("/loop", "more than 5"), ("file:///etc/passwd", "no web address"), ("", "no web address")],
)
def test_redirects_without_end_or_out_of_the_web_fail(location: str, why: str) -> None:
    with web(loop=Answer(status=302, headers={"Location": location})) as served:
        answer = one(served, "/loop")

    assert answer.outcome is FetchOutcome.FAILED
    assert why in answer.why


def test_a_compressed_body_is_unpacked_and_limited_by_what_comes_out() -> None:
    zipped = {"Content-Encoding": "gzip"}
    with web(
        small=Answer(body=gzip.compress(b"x" * 1_000), headers=zipped),
        bomb=Answer(body=gzip.compress(b"\0" * 100_000_000, compresslevel=1), headers=zipped),
    ) as served:
        small, bomb = one(served, "/small"), one(served, "/bomb", max_bytes=1_000_000)

    assert small.body == b"x" * 1_000
    assert (bomb.outcome, bomb.body) == (FetchOutcome.FAILED, b"")
    assert "larger than 1,000,000 bytes" in bomb.why


def test_a_body_without_a_length_is_limited_too() -> None:
    def endless() -> Iterator[bytes]:
        for _ in range(1_000):
            yield b"x" * 10_000

    with web(stream=Answer(body=endless)) as served:
        answer = one(served, "/stream", max_bytes=50_000)

    assert "larger than" in answer.why


def test_a_server_that_drips_is_cut_off_by_the_total_time() -> None:
    with web() as served:

        def drip() -> Iterator[bytes]:
            while not served.closing.wait(0.05):
                yield b"x"

        served.answers["/drip"] = Answer(body=drip)
        answer = one(
            served, "/drip", limits=Limits(total=timedelta(seconds=0.5), pause_per_host=timedelta(0))
        )

    assert answer.outcome is FetchOutcome.FAILED
    assert "within 0.5 seconds" in answer.why


def test_a_server_that_falls_silent_is_left() -> None:
    with web() as served:

        def silent() -> Iterator[bytes]:
            yield b"x"
            served.closing.wait(20)

        served.answers["/silent"] = Answer(body=silent)
        answer = one(served, "/silent", limits=Limits(silence=timedelta(seconds=0.3)))

    assert answer.outcome is FetchOutcome.FAILED
    assert "silent" in answer.why


def test_gone_is_gone_and_errors_are_told() -> None:
    with web(gone=Answer(status=410), broken=Answer(status=500)) as served:
        gone, broken, missing = one(served, "/gone"), one(served, "/broken"), one(served, "/missing")

    assert (gone.outcome, gone.status) == (FetchOutcome.GONE, 410)
    assert (broken.outcome, broken.status) == (FetchOutcome.FAILED, 500)
    assert missing.why.startswith("404")


@pytest.mark.parametrize(
    ("told", "least", "most"),
    [("120", 100, 130), ("999999999", 6 * 86_400, 7 * 86_400 + 5), ("Wed, 01 Jan 1997 00:00:00 GMT", -5, 5)],
)
def test_retry_after_is_kept_within_reason(told: str, least: int, most: int) -> None:
    with web(busy=Answer(status=429, headers={"Retry-After": told})) as served:
        answer = one(served, "/busy")

    assert answer.retry_after is not None
    assert least <= (answer.retry_after - datetime.now(UTC)).total_seconds() <= most


def test_nonsense_in_retry_after_says_nothing() -> None:
    with web(busy=Answer(status=503, headers={"Retry-After": "soon"})) as served:
        assert one(served, "/busy").retry_after is None


def test_one_failure_stops_no_other_and_the_order_is_kept() -> None:
    told: list[Fetched] = []
    with web(a=Answer(body=b"a"), b=Answer(body=b"b")) as served:
        urls = [served.url("/a"), "nonsense", "http://127.0.0.1:1/", served.url("/missing"), served.url("/b")]
        answers = fetch(
            [Request(url=url, allow_private_address=True) for url in urls], limits=QUICK, on_done=told.append
        )

    assert [answer.request.url for answer in answers] == urls
    assert [answer.body for answer in answers] == [b"a", b"", b"", b"", b"b"]
    assert sorted(map(id, told)) == sorted(map(id, answers))
    assert all(answer.why for answer in answers if answer.outcome is FetchOutcome.FAILED)


def test_nothing_asked_is_nothing_answered() -> None:
    assert fetch([]) == []


def test_no_password_of_an_address_comes_back_in_words() -> None:
    with web(feed=Answer(body=b"x")) as served:
        good = one(served, "/feed")
        secret = served.url("/missing").replace("http://", "http://ann:hunter2@")
        (bad,) = fetch([Request(url=secret, allow_private_address=True)], limits=QUICK)

    assert "@" not in good.url
    assert "hunter2" not in bad.url + bad.why


def test_starts_of_requests_to_one_host_keep_their_distance() -> None:
    pause = timedelta(milliseconds=60)
    with web(a=Answer(body=b"x")) as served:
        began = datetime.now(UTC)
        fetch(
            [Request(url=served.url("/a"), allow_private_address=True)] * 4,
            limits=Limits(pause_per_host=pause),
        )
        spent = datetime.now(UTC) - began

    assert spent >= pause * 3
    assert len(served.asked) == 4


@pytest.mark.parametrize(
    ("robots", "outcome"),
    [
        (Answer(body=b"User-agent: *\nDisallow: /private"), FetchOutcome.FAILED),
        (Answer(body=b"User-agent: *\nDisallow:"), FetchOutcome.FRESH),
        (Answer(status=404), FetchOutcome.FRESH),
        (Answer(status=500), FetchOutcome.FAILED),
    ],
)
def test_robots_are_respected_where_that_is_asked_for(robots: Answer, outcome: FetchOutcome) -> None:
    with web() as served:
        served.answers |= {"/robots.txt": robots, "/private": Answer(body=b"x")}
        page, again = fetch(
            [Request(url=served.url("/private"), allow_private_address=True, ask_robots=True)] * 2,
            limits=QUICK,
        )
        feed = one(served, "/private")

    assert (page.outcome, again.outcome, feed.outcome) == (outcome, outcome, FetchOutcome.FRESH)
    assert served.paths().count("/robots.txt") == 1


def test_no_cookie_is_carried_from_one_answer_to_the_next() -> None:
    with web(a=Answer(body=b"x", headers={"Set-Cookie": "id=1"})) as served:
        fetch([Request(url=served.url("/a"), allow_private_address=True)] * 2, limits=QUICK)

    assert [headers.get("cookie") for _, headers in served.asked] == [None, None]


def test_a_strange_bookmark_cannot_add_a_header() -> None:
    with web(a=Answer(body=json.dumps({}).encode())) as served:
        answer = one(served, "/a", bookmark=Bookmark(etag='"1"\r\nX-Evil: 1'))

    assert answer.outcome is FetchOutcome.FAILED
    assert all("x-evil" not in headers for _, headers in served.asked)
