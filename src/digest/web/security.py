"""What every answer carries, and which requests are turned away.

Content-Security-Policy without `unsafe-*` for our own pages; a framed mail answers with a
policy of its own (`FRAME_CSP`) in which nothing can run. Cross-site writes are refused by
`Sec-Fetch-Site`, then `Origin`; the one-click address (RFC 8058) alone is exempt, for mail
providers post to it.
"""

from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

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
#: Posts to these come from mail providers, without a browser's headers.
EXEMPT = ("/u/",)


class Guard:
    """Adds the headers, and answers 403 to a write that another site's page has caused."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        if not allowed(scope["method"], scope["path"], Headers(scope=scope)):
            answer = PlainTextResponse("This form was sent from another site.", status_code=403)
            await answer(scope, receive, send)
            return

        async def send_guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.setdefault("Content-Security-Policy", PAGE_CSP)
                headers.setdefault("Referrer-Policy", "same-origin")
                headers.setdefault("X-Content-Type-Options", "nosniff")
                headers.setdefault("Cache-Control", "no-store")
            await send(message)

        await self.app(scope, receive, send_guarded)


def allowed(method: str, path: str, headers: Headers) -> bool:
    """Whether a request may change something: it is safe, exempt, or comes from our own pages."""
    if method in SAFE or path.startswith(EXEMPT):
        return True
    site = headers.get("sec-fetch-site")
    if site is not None:
        return site in ("same-origin", "none")
    return urlsplit(headers.get("origin", "")).netloc == headers.get("host", "-")
