"""Fetching: URLs become bytes, politely and within limits; one failure never stops the others.

The only place of the program that opens outgoing HTTP (with `guard`, which holds the
client). `fetch` is the synchronous face: requests in, answers out, in the same order.
An answer is a value; nothing a server does is an exception here.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

MAX_BYTES = 5 * 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class Bookmark:
    """What a server gave to ask again with: validators of RFC 9110, 8.8."""

    etag: str = ""
    last_modified: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One GET."""

    url: str
    bookmark: Bookmark | None = None  #: makes it conditional
    allow_private_address: bool = False  #: for the host that `url` names, not for where it redirects to
    max_bytes: int = MAX_BYTES  #: of the body, unpacked
    ask_robots: bool = False  #: respect robots.txt: for pages that a crawl found, not for feeds


class FetchOutcome(StrEnum):
    """What came of a request."""

    FRESH = "fresh"  #: 200 with a body
    UNCHANGED = "unchanged"  #: 304: the bookmark still holds
    GONE = "gone"  #: 410: don't come back
    FAILED = "failed"  #: anything else; `why` says what


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """The answer to one request."""

    request: Request
    outcome: FetchOutcome
    status: int = 0  #: of the last response; 0 when there was none
    url: str = ""  #: where it was found at last, without a password in it
    moved_to: str | None = None  #: the new address, after permanent redirects (301, 308)
    body: bytes = b""
    content_type: str = ""
    bookmark: Bookmark | None = None  #: for the next time
    why: str = ""  #: what went wrong, for people
    retry_after: datetime | None = None  #: aware, UTC: not before, says the server


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How long and how much."""

    total: timedelta = timedelta(seconds=20)  #: for one request with all its redirects
    connect: timedelta = timedelta(seconds=6)
    silence: timedelta = timedelta(seconds=8)  #: between two pieces of a body
    at_once: int = 20
    at_once_per_host: int = 2
    pause_per_host: timedelta = timedelta(milliseconds=250)  #: between the starts of two requests
    redirects: int = 5
    longest_retry: timedelta = timedelta(days=7)  #: a longer Retry-After is cut to this


def fetch(
    requests: Sequence[Request],
    *,
    limits: Limits = Limits(),
    on_done: Callable[[Fetched], None] | None = None,
) -> list[Fetched]:
    """Return the answers to `requests`, in their order.

    Args:
        on_done: told each answer as it arrives, in the order of arrival.
    """
    if not requests:
        return []
    import asyncio

    from digest.sources.guard import fetch_all  # loads an HTTP client, which an idle visit does not need

    return asyncio.run(fetch_all(requests, limits, on_done))
