"""The web application: pages for readers and the public, preview and inbox for editors."""

from collections.abc import Sequence

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from digest.model.errors import Busy, DigestError, NotFound
from digest.web import inbox, preview
from digest.web.desk.routes import DESK
from digest.web.live import Changes
from digest.web.public import PUBLIC
from digest.web.rendering import page
from digest.web.security import OWN_NAMES, Guard
from digest.web.security import WORKPLACE as WORKPLACE_PATHS
from digest.web.sheet import wrong
from digest.wiring import House

#: What editors see; on this machine unless told otherwise.
WORKPLACE: Sequence[BaseRoute] = (
    Route("/preview", preview.choose),
    Route("/preview/{digest}", preview.show),
    Route("/preview/{digest}/mail", preview.mail),
    Route("/preview/{digest}/edition.eml", preview.download),
    Route("/live", preview.live),
    Route("/inbox", inbox.listing),
    Route("/inbox/{name}", inbox.show),
    Route("/inbox/{name}/mail", inbox.mail),
    Route("/inbox/{name}/raw", inbox.raw),
)


def build_app(house: House, *, host: str = "127.0.0.1") -> Guard:
    """Return the application for one newsroom, whose workplace answers on `host` and this machine's names."""
    app = Starlette(
        routes=[*PUBLIC, *WORKPLACE, *DESK, Route("/healthz", healthy)],
        exception_handlers={HTTPException: refused, DigestError: failed},
    )
    app.state.house = house
    app.state.changes = Changes(house.folder)
    app.router.redirect_slashes = False  # a redirect would repeat whatever Host was asked for
    return Guard(app, hosts=OWN_NAMES | {host})


def healthy(request: Request) -> Response:
    """Answer that the process lives."""
    return JSONResponse({"status": "ok"})


def refused(request: Request, error: Exception) -> Response:
    """Return a page that says what is not there, or not allowed."""
    assert isinstance(error, HTTPException)
    if error.status_code in (301, 302, 303, 307, 308):
        return RedirectResponse(error.detail)
    if not request.url.path.startswith(WORKPLACE_PATHS):
        name = "not_here" if error.status_code == 404 else "failed"
        return wrong(request, name, status=error.status_code)
    return page(request, "wrong.html", status=error.status_code, title=error.detail, why="")


def failed(request: Request, error: Exception) -> Response:
    """Return a page that says what went wrong; in the words of the error where editors see it."""
    status = 404 if isinstance(error, NotFound) else 503 if isinstance(error, Busy) else 500
    if request.url.path.startswith(WORKPLACE_PATHS):
        return page(request, "wrong.html", status=status, title="That did not work", why=str(error))
    return wrong(request, "not_here" if status == 404 else "failed", status=status)  # the why is not public
