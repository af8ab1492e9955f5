"""`/share/…`: one edition, to look at, for a colleague without an account.

Reached under every name, the public one too, for the colleague may be anywhere: the signed link is
the right to look, and there is nothing to press. `make` is where editors get such a link.
"""

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from digest.flows.proof import public_page
from digest.flows.sharing import Look, look, share
from digest.model.account import Role
from digest.model.errors import NotFound, TokenExpired, TokenWrong
from digest.web.frames import framed
from digest.web.rendering import house_of, page
from digest.web.security import FRAME_CSP, is_loopback
from digest.web.signing_in import actor_of, needs

#: A look must not be remembered by anything between us and the colleague, nor told to where a link leads.
_PRIVATE = {"Referrer-Policy": "no-referrer", "Cache-Control": "no-store", "X-Robots-Tag": "noindex"}


@needs(Role.READER, to_change=Role.EDITOR)
async def make(request: Request) -> Response:
    """Make a link to look at an edition, and show it."""
    await request.form()
    return await run_in_threadpool(_make, request)


def show(request: Request) -> Response:
    """Show the edition in a frame, who gave the link and how long it works."""
    seen = _look(request)
    if isinstance(seen, Response):
        return seen
    answer = page(
        request, "share.html", look=seen, token=request.path_params["token"],
        until=seen.until.astimezone(seen.digest.timezone), now=house_of(request).clock(),
    )  # fmt: skip
    answer.headers.update(_PRIVATE)
    return answer


def mail(request: Request) -> Response:
    """Give the mail itself, for the frame: nobody's name and nobody's links in it."""
    seen = _look(request)
    if isinstance(seen, Response):
        return seen
    pages = house_of(request).newsroom.pages
    html = public_page(seen.rendering, pages=pages, where=f"/archive/{seen.record.id}")
    answer = Response(framed(html, pages=pages), media_type="text/html; charset=utf-8")
    answer.headers.update({**_PRIVATE, "Content-Security-Policy": FRAME_CSP})
    return answer


def _look(request: Request) -> Look | Response:
    house = house_of(request)
    try:
        return look(
            house.store, request.path_params["token"], schedule=house.schedule, keys=house.keys,
            now=house.clock(), variant=request.query_params.get("variant", ""),
        )  # fmt: skip
    except TokenExpired:
        told, status = "Its time is over. Ask whoever sent it to you for a new one.", 410
    except (TokenWrong, NotFound):
        told, status = "It is damaged, or what it led to is gone.", 404
    return page(request, "share_over.html", status=status, why=told)


def _make(request: Request) -> Response:
    house, edition = house_of(request), str(request.path_params["edition"])
    token, until = share(house.store, edition, who=actor_of(request).name, keys=house.keys, now=house.clock())
    zone = house.schedule.digest(edition.partition("/")[0]).timezone
    public, here = address_of(request), _here(request)
    on_this_machine = f"{here}/share/{token}" if public != here and is_loopback(_host(request)) else ""
    return page(
        request, "desk/shared.html", here="/desk", edition=edition, until=until.astimezone(zone),
        link=f"{public}/share/{token}", on_this_machine=on_this_machine,
    )  # fmt: skip


def address_of(request: Request) -> str:
    """Return where a colleague reaches the pages: their public address, or the one that is in use here."""
    public = house_of(request).schedule.newsroom.pages
    return public if public.startswith("https://") else _here(request)


def _here(request: Request) -> str:
    return f"{request.url.scheme}://{request.url.netloc}"


def _host(request: Request) -> str:
    return request.url.hostname or ""
