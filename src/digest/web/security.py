"""What every answer carries, and which requests are turned away.

Content-Security-Policy without `unsafe-*` for our own pages; a framed mail answers with a
policy of its own (`FRAME_CSP`) in which nothing can run. Cross-site writes are refused by
`Sec-Fetch-Site`, then `Origin`; exempt are the one-click address (RFC 8058), for mail providers
post to it, and signing up, where a press from elsewhere changes nothing. The workplace answers to
names of this machine, and to those it was given (`--desk-host`), so that neither a page that rebinds
its name (DNS rebinding) nor a proxy of the public pages leads into it. Who may do what there is
`signing_in`'s.
"""

from ipaddress import ip_address
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from digest.web.tongue import speech_for

PAGE_CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "frame-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
FRAME_CSP = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src 'self' data:; base-uri 'none'; "
    "form-action 'none'; sandbox allow-popups allow-popups-to-escape-sandbox; frame-ancestors 'self'"
)
#: The archive page is the mail itself, seen by the public: it may stand alone, and nothing in it runs.
ARCHIVE_CSP = FRAME_CSP

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
#: Posts to these come from mail providers, without a browser's headers, or from a newsroom's own site:
#: its form asks once more on a page of ours, and its JSON needs a token that it has read before.
EXEMPT = ("/u/", "/join/", "/api/join")
#: What editors see.
WORKPLACE = ("/preview", "/inbox", "/live", "/desk", "/login", "/logout")
#: Names by which this machine calls itself.
OWN_NAMES = frozenset({"localhost", "127.0.0.1", "[::1]"})
NOT_THIS_NAME = "The desk is not reached under this name: see digest serve --desk-host."
#: A form of ours has a few hundred bytes.
MAX_BODY = 64 * 1024


class Guard:
    """Adds the headers, and turns away what does not come from our own pages, or is too large.

    Args:
        hosts: names under which the workplace may be reached.
    """

    def __init__(self, app: ASGIApp, *, hosts: frozenset[str] = OWN_NAMES) -> None:
        self.app, self.hosts = app, hosts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        left = MAX_BODY

        async def receive_little() -> Message:
            nonlocal left
            message = await receive()
            left -= len(message.get("body", b""))
            return message if left >= 0 else {"type": "http.disconnect"}

        async def send_guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.setdefault("Content-Security-Policy", PAGE_CSP)
                headers.setdefault("Referrer-Policy", "same-origin")
                headers.setdefault("X-Content-Type-Options", "nosniff")
                headers.setdefault("Cache-Control", "no-store")
            await send(message)

        refusal = self._refusal(Request(scope))
        await (refusal or self.app)(scope, receive_little, send_guarded)

    def _refusal(self, request: Request) -> PlainTextResponse | None:
        method, path, headers = request.method, request.url.path, request.headers
        if path.startswith(WORKPLACE) and _name(headers.get("host", "")) not in self.hosts:
            return PlainTextResponse(NOT_THIS_NAME, status_code=403)
        length = headers.get("content-length", "0")
        if not length.isdecimal() or int(length) > MAX_BODY:
            return too_large(request)
        if not allowed(method, path, headers):
            return PlainTextResponse(speech_for(request).say("cross_site"), status_code=403)
        return None


def too_large(request: Request) -> PlainTextResponse:
    """Return the answer to a body that no form of ours has."""
    return PlainTextResponse(speech_for(request).say("too_large"), status_code=413)


def is_loopback(host: str) -> bool:
    """Whether nobody but this machine can reach `host`."""
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def _name(host: str) -> str:
    """Return the name in a Host header, without its port."""
    return host.partition("]")[0] + "]" if host.startswith("[") else host.partition(":")[0].lower()


def allowed(method: str, path: str, headers: Headers) -> bool:
    """Whether a request may change something: it is safe, exempt, or comes from our own pages.

    A browser asks before it sends DELETE for another site (CORS), and we never say yes; so a DELETE
    without a browser's headers comes from a program on this machine, such as a test.
    """
    if method in SAFE or path.startswith(EXEMPT):
        return True
    if method == "DELETE" and "sec-fetch-site" not in headers and "origin" not in headers:
        return True
    site = headers.get("sec-fetch-site")
    if site is not None:
        return site in ("same-origin", "none")
    return urlsplit(headers.get("origin", "")).netloc == headers.get("host", "-")
