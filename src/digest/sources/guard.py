"""The one guarded HTTP client: what it may connect to, and one request with its redirects.

Every connection, also one after a redirect or to an address written in digits, passes
`_checked`, which sees the address that the kernel is about to connect to; so neither DNS
rebinding nor an odd spelling gets around it.
"""

import asyncio
import ipaddress
import socket
from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import aiohttp
from aiohttp.abc import AbstractCookieJar

from digest.sources.address import NotAnAddress, host_of, redirect_target, without_password
from digest.sources.fetch import Bookmark, Fetched, FetchOutcome, Limits, Request
from digest.sources.robots import allows
from digest.sources.unpack import Damaged, TooLarge, unpacker_for

USER_AGENT = "digest/0.1 (newsletter; reads feeds for its editors)"
_HEADERS = {
    "User-Agent": USER_AGENT,
    "Accept": "application/atom+xml, application/rss+xml, application/feed+json, text/html;q=0.9, */*;q=0.8",
    "Accept-Encoding": "gzip, deflate, br",
}
_PERMANENT, _TEMPORARY = frozenset((301, 308)), frozenset((302, 303, 307))
_NAT64 = ipaddress.ip_network("64:ff9b::/96")
_MAX_ROBOTS_BYTES = 512 * 1024


class PrivateAddress(OSError):
    """The address is not on the public internet."""


class _Failed(Exception):
    """A request that came to nothing, with the reason for people."""

    def __init__(self, why: str, *, status: int = 0, retry_after: datetime | None = None) -> None:
        super().__init__(why)
        self.why, self.status, self.retry_after = why, status, retry_after


def is_public(address: str) -> bool:
    """Whether an IP address is on the public internet, also when it is wrapped in an IPv6 one."""
    ip = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(ip, ipaddress.IPv6Address):
        inner = ip.ipv4_mapped or ip.sixtofour or (ip.teredo[1] if ip.teredo else None)
        if inner is None and ip in _NAT64:
            inner = ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
        if inner is not None:
            return is_public(str(inner))
    return ip.is_global and not ip.is_multicast and not ip.is_reserved


def _checked(info: tuple[Any, Any, int, str, tuple[Any, ...]]) -> socket.socket:
    """Make the socket for one connection, or refuse to: aiohttp asks before every connect."""
    family, kind, protocol, _, address = info
    if not is_public(str(address[0])):
        raise PrivateAddress(f"{address[0]} is a private or local address")
    return socket.socket(family, kind, protocol)


async def fetch_all(
    requests: Sequence[Request], limits: Limits, on_done: Callable[[Fetched], None] | None
) -> list[Fetched]:
    """Answer every request; see `fetch.fetch`."""
    async with AsyncExitStack() as stack:
        public = await stack.enter_async_context(_session(limits, _checked))
        private = await stack.enter_async_context(_session(limits, None))
        visitor = _Visitor(limits, public, private)

        async def one(request: Request) -> Fetched:
            answer = await visitor.visit(request)
            if on_done is not None:
                on_done(answer)
            return answer

        return list(await asyncio.gather(*map(one, requests)))


def _session(limits: Limits, factory: Callable[..., socket.socket] | None) -> aiohttp.ClientSession:
    timeout = aiohttp.ClientTimeout(
        total=None, sock_connect=limits.connect.total_seconds(), sock_read=limits.silence.total_seconds()
    )
    jar: AbstractCookieJar = aiohttp.DummyCookieJar()
    return aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(socket_factory=factory, limit=limits.at_once),
        headers=_HEADERS, cookie_jar=jar, timeout=timeout, auto_decompress=False, trust_env=False,
    )  # fmt: skip


@dataclass(slots=True)
class _Host:
    """What is known of one host while requests to it wait."""

    places: asyncio.Semaphore
    next_start: float = 0.0
    robots: "asyncio.Task[str | None] | None" = None


@dataclass(slots=True)
class _Visitor:
    limits: Limits
    public: aiohttp.ClientSession
    private: aiohttp.ClientSession
    hosts: dict[str, _Host] = field(default_factory=dict)
    places: asyncio.Semaphore = field(init=False)

    def __post_init__(self) -> None:
        self.places = asyncio.Semaphore(self.limits.at_once)

    async def visit(self, request: Request) -> Fetched:
        """Answer one request; whatever happens becomes a value."""
        try:
            host = self._host(request.url)
            async with host.places, self.places:
                await self._pause(host)
                async with asyncio.timeout(self.limits.total.total_seconds()):
                    if request.ask_robots:
                        await self._ask_robots(request, host)
                    return await self._follow(request)
        except _Failed as failure:
            return _failed(request, failure.why, failure.status, failure.retry_after)
        except NotAnAddress as error:
            return _failed(request, str(error))
        except aiohttp.ServerTimeoutError as error:
            return _failed(request, _reason(error))
        except TimeoutError:
            return _failed(request, f"no whole answer within {self.limits.total.total_seconds():g} seconds")
        except (aiohttp.ClientError, OSError, ValueError) as error:
            return _failed(request, _reason(error))

    def _host(self, url: str) -> _Host:
        name = host_of(url)
        return self.hosts.setdefault(name, _Host(asyncio.Semaphore(self.limits.at_once_per_host)))

    async def _pause(self, host: _Host) -> None:
        now = asyncio.get_running_loop().time()
        start = max(now, host.next_start)
        host.next_start = start + self.limits.pause_per_host.total_seconds()
        await asyncio.sleep(start - now)

    async def _follow(self, request: Request) -> Fetched:
        url, moved_to, permanent = request.url, None, True
        for _ in range(self.limits.redirects + 1):
            session = self._session_for(request, url)
            async with session.get(url, headers=_conditions(request), allow_redirects=False) as response:
                if response.status not in _PERMANENT | _TEMPORARY:
                    return await self._answer(request, response, url, moved_to)
                url = redirect_target(url, response.headers.get("Location", ""))
                permanent = permanent and response.status in _PERMANENT
                moved_to = url if permanent else moved_to
        raise _Failed(f"more than {self.limits.redirects} redirects")

    def _session_for(self, request: Request, url: str) -> aiohttp.ClientSession:
        """Return the client for a hop: a permission for private addresses is for the host that was named."""
        named = request.allow_private_address and host_of(url) == host_of(request.url)
        return self.private if named else self.public

    async def _answer(
        self, request: Request, response: aiohttp.ClientResponse, url: str, moved_to: str | None
    ) -> Fetched:
        if response.status == 304 and request.bookmark is not None:
            return Fetched(
                request=request, outcome=FetchOutcome.UNCHANGED, status=304, url=without_password(url),
                moved_to=moved_to,
                bookmark=_bookmark(response) or request.bookmark,
            )  # fmt: skip
        if response.status == 410:
            return Fetched(
                request=request, outcome=FetchOutcome.GONE, status=410, url=without_password(url),
                moved_to=moved_to,
                why="410: gone for good, says the server",
            )  # fmt: skip
        if response.status != 200:
            raise _Failed(
                f"{response.status} {response.reason or ''}".strip(),
                status=response.status, retry_after=self._retry_after(response),
            )  # fmt: skip
        return Fetched(
            request=request, outcome=FetchOutcome.FRESH, status=200, url=without_password(url),
            moved_to=moved_to,
            body=await _body(response, request.max_bytes),
            content_type=response.headers.get("Content-Type", ""), bookmark=_bookmark(response),
        )  # fmt: skip

    def _retry_after(self, response: aiohttp.ClientResponse) -> datetime | None:
        """Return until when the server wants to be left alone (RFC 9110, 10.2.3: seconds or a date)."""
        told, now = response.headers.get("Retry-After", "").strip(), datetime.now(UTC)
        if told.isdecimal() and len(told) < 10:
            return now + min(timedelta(seconds=int(told)), self.limits.longest_retry)
        try:
            until = parsedate_to_datetime(told)
        except ValueError:
            return None
        until = until if until.tzinfo else until.replace(tzinfo=UTC)
        return min(max(until.astimezone(UTC), now), now + self.limits.longest_retry)

    async def _ask_robots(self, request: Request, host: _Host) -> None:
        """Raise _Failed where robots.txt forbids the page; it is read once for all requests to a host."""
        if host.robots is None:
            host.robots = asyncio.create_task(self._robots(request))
        text = await asyncio.shield(host.robots)
        if text is None:
            raise _Failed("robots.txt could not be read, which forbids everything (RFC 9309, 2.3.1.4)")
        if not allows(text, request.url, USER_AGENT):
            raise _Failed("robots.txt forbids this page")

    async def _robots(self, request: Request) -> str | None:
        """Return the text of robots.txt; empty where there is none, None where the server failed."""
        parts = urlsplit(request.url)
        asked = Request(
            url=urlunsplit((parts.scheme, parts.netloc, "/robots.txt", "", "")),
            allow_private_address=request.allow_private_address, max_bytes=_MAX_ROBOTS_BYTES,
        )  # fmt: skip
        try:
            answer = await self._follow(asked)
        except _Failed as failure:
            return "" if 400 <= failure.status < 500 else None
        except (aiohttp.ClientError, OSError, ValueError, NotAnAddress):
            return None
        return answer.body.decode("utf-8", "replace")


async def _body(response: aiohttp.ClientResponse, max_bytes: int) -> bytes:
    """Read and unpack a body of at most `max_bytes`."""
    told = response.headers.get("Content-Length", "")
    if told.isdecimal() and int(told) > max_bytes:
        raise _Failed(f"larger than {max_bytes:,} bytes", status=response.status)
    body = bytearray()
    try:
        unpacker = unpacker_for(response.headers.get("Content-Encoding", ""))
        async for piece in response.content.iter_chunked(65_536):
            body += unpacker.take(piece, max_bytes - len(body))
        unpacker.end()
    except TooLarge as error:
        raise _Failed(f"larger than {max_bytes:,} bytes", status=response.status) from error
    except Damaged as error:
        raise _Failed(str(error), status=response.status) from error
    return bytes(body)


def _conditions(request: Request) -> dict[str, str]:
    bookmark = request.bookmark or Bookmark()
    told = {"If-None-Match": bookmark.etag, "If-Modified-Since": bookmark.last_modified}
    return {name: value for name, value in told.items() if value}


def _bookmark(response: aiohttp.ClientResponse) -> Bookmark | None:
    etag, modified = response.headers.get("ETag", ""), response.headers.get("Last-Modified", "")
    return Bookmark(etag=etag, last_modified=modified) if etag or modified else None


def _failed(request: Request, why: str, status: int = 0, retry_after: datetime | None = None) -> Fetched:
    return Fetched(
        request=request, outcome=FetchOutcome.FAILED, status=status, why=why, retry_after=retry_after,
        url=without_password(request.url),
    )  # fmt: skip


def _reason(error: BaseException) -> str:
    """Say in a few words what went wrong, without the request's own address in it."""
    chain: list[BaseException] = []
    while error not in chain:
        chain.append(error)
        error = error.__cause__ or error.__context__ or getattr(error, "os_error", None) or error
    for link in chain:
        if isinstance(link, PrivateAddress):
            return f"{link}: say `allow_private_address: true` if that is meant"
    first = chain[0]
    if isinstance(first, aiohttp.ClientConnectorCertificateError | aiohttp.ClientConnectorSSLError):
        return "its TLS certificate cannot be trusted"
    if isinstance(first, aiohttp.ClientConnectorDNSError):
        return "there is no host of that name"
    if isinstance(first, aiohttp.ClientConnectorError):
        return f"no connection: {first.os_error.strerror or first.os_error}"
    if isinstance(first, aiohttp.SocketTimeoutError | aiohttp.ConnectionTimeoutError):
        return "the server fell silent"
    if isinstance(first, aiohttp.InvalidURL):
        return "not a web address"
    return f"{type(first).__name__}: {str(first)[:150]}"
