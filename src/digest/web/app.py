"""The web application: pages for readers and the public, preview and inbox for editors."""

from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from digest.model.errors import Busy, DigestError, NotFound
from digest.web import account, inbox, inbox_api, log, login, people, preview, sharing
from digest.web.desk.edition import Shelf
from digest.web.desk.news import wire_of
from digest.web.desk.routes import DESK
from digest.web.drafts import Drafts
from digest.web.live import Changes
from digest.web.public import PUBLIC
from digest.web.rendering import page
from digest.web.security import OWN_NAMES, Guard, is_loopback, too_large
from digest.web.security import WORKPLACE as WORKPLACE_PATHS
from digest.web.sheet import wrong
from digest.wiring import House

#: Where one signs in; reached under the workplace's names, by anybody.
LOGIN: Sequence[BaseRoute] = (
    Route("/login", login.login, methods=["GET", "POST"]),
    Route("/login/code", login.code, methods=["GET", "POST"], name="login_code"),
    Route("/login/invitation/{token}", login.invitation, methods=["GET", "POST"]),
    Route("/logout", login.logout, methods=["GET", "POST"]),
)
#: What a signed link shows of an edition to somebody without an account, under every name.
SHARED: Sequence[BaseRoute] = (
    Route("/share/{token}", sharing.show),
    Route("/share/{token}/mail", sharing.mail),
)


def previewed(place: str) -> Sequence[BaseRoute]:
    """Return the parts of a preview, each behind `place`."""
    return (
        Route(f"{place}/mail", preview.mail),
        Route(f"{place}/edition.eml", preview.download),
        Route(f"{place}/screenshot.png", preview.screenshot),
        Route(f"{place}/reader", preview.find_reader, methods=["POST"]),
    )


#: What editors see; on this machine unless told otherwise.
WORKPLACE: Sequence[BaseRoute] = (
    Route("/preview", preview.choose),
    *previewed("/preview/edition/{edition:path}/-"),
    Route("/preview/edition/{edition:path}/-/outside", preview.look_outside, methods=["POST"]),
    Route("/preview/edition/{edition:path}", preview.show),
    *previewed("/preview/{digest}"),
    Route("/preview/{digest}", preview.show),
    Route("/live", preview.live),
    Route("/inbox", inbox.listing),
    Route("/inbox/api/messages", inbox_api.several, methods=["GET", "DELETE"]),
    Route("/inbox/api/messages/{name}", inbox_api.one, methods=["GET", "DELETE"]),
    Route("/inbox/empty", inbox.empty, methods=["POST"]),
    Route("/inbox/{name}", inbox.show),
    Route("/inbox/{name}/mail", inbox.mail),
    Route("/inbox/{name}/raw", inbox.raw),
    Route("/inbox/{name}/delete", inbox.delete, methods=["POST"]),
    Route("/desk/{edition:path}/-/share", sharing.make, methods=["POST"]),
    Route("/desk/account", account.show),
    Route("/desk/account/password", account.password, methods=["POST"]),
    Route("/desk/account/second-step", account.second, methods=["POST"]),
    Route("/desk/account/sessions", account.everywhere, methods=["POST"]),
    Route("/desk/people", people.people, methods=["GET", "POST"]),
    Route("/desk/log", log.log),
    *DESK,
)


def build_app(house: House, *, host: str = "127.0.0.1", desk_hosts: Iterable[str] = ()) -> Guard:
    """Return the application for one newsroom.

    Args:
        host: where it listens; beyond this machine, the workplace asks everybody to sign in.
        desk_hosts: names under which the workplace is reached, beside `host` and this machine's own.
    """
    changes = Changes(house)

    @asynccontextmanager
    async def meanwhile(app: Starlette) -> AsyncIterator[None]:
        async with changes.watching():
            yield

    app = Starlette(
        lifespan=meanwhile,
        routes=[*PUBLIC, *LOGIN, *SHARED, *marked(WORKPLACE), Route("/healthz", healthy)],
        exception_handlers={HTTPException: refused, DigestError: failed, ClientDisconnect: cut_off},
    )
    app.state.house = house
    app.state.changes = changes
    app.state.drafts = Drafts()
    app.state.wire = wire_of(house)
    app.state.shelf = Shelf()
    names = frozenset(name.lower() for name in desk_hosts)
    app.state.loopback = is_loopback(host) and not names
    app.router.redirect_slashes = False  # a redirect would repeat whatever Host was asked for
    return Guard(app, hosts=OWN_NAMES | {host} | names)


def marked(routes: Sequence[BaseRoute]) -> Sequence[BaseRoute]:
    """Return `routes`, each of which says which role it asks for.

    Raises:
        TypeError: one was forgotten; it would be open to all.
    """
    forgotten = [route for route in routes if not hasattr(getattr(route, "endpoint", None), "needs")]
    if forgotten:
        raise TypeError(f"{forgotten}: does not say which role it asks for: see web/signing_in.needs")
    return routes


def healthy(request: Request) -> Response:
    """Answer that the process lives."""
    return JSONResponse({"status": "ok"})


def refused(request: Request, error: Exception) -> Response:
    """Return a page that says what is not there, or not allowed."""
    assert isinstance(error, HTTPException)
    if error.status_code in (301, 302, 303, 307, 308):
        return RedirectResponse(error.detail, status_code=error.status_code)
    if not request.url.path.startswith(WORKPLACE_PATHS):
        name = "not_here" if error.status_code == 404 else "failed"
        return wrong(request, name, status=error.status_code)
    told = page(request, "wrong.html", status=error.status_code, title=error.detail, why="")
    told.headers.update(error.headers or {})
    return told


def cut_off(request: Request, error: Exception) -> Response:
    """Answer a body that the guard cut off; whoever went away by themselves does not read it."""
    return too_large(request)


def failed(request: Request, error: Exception) -> Response:
    """Return a page that says what went wrong; in the words of the error where editors see it."""
    status = 404 if isinstance(error, NotFound) else 503 if isinstance(error, Busy) else 500
    if request.url.path.startswith(WORKPLACE_PATHS):
        return page(request, "wrong.html", status=status, title="That did not work", why=str(error))
    return wrong(request, "not_here" if status == 404 else "failed", status=status)  # the why is not public
