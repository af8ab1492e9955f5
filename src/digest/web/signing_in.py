"""Who asks: the person behind a request to the workplace, and whether that person may.

`needs` marks an endpoint with the role it asks for; every endpoint of the workplace carries such
a mark (`build_app` refuses one without). `actor_of` gives the person, whose name goes into each history
line. As long as there is no account, and the server listens to this machine alone, the person at this
machine is the admin; from the first account on, everybody signs in.
"""

import getpass
from collections.abc import Callable
from functools import wraps
from inspect import iscoroutinefunction
from typing import Any, TypeVar, cast
from urllib.parse import urlencode

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from digest.flows.signing_in import Browser, Ticket, who_is
from digest.model.account import AT_MOST, Account, Actor, Role, Session, Stage
from digest.model.token import keyed_hash
from digest.store import accounts
from digest.web.rendering import house_of
from digest.web.security import SAFE, WORKPLACE

Endpoint = TypeVar("Endpoint", bound=Callable[..., Any])

#: A proxy adds these: then it is not the person at this machine who asks.
_FORWARDED = ("forwarded", "x-forwarded-for", "x-forwarded-host", "x-real-ip", "via")


def actor_of(request: Request) -> Actor:
    """Return the person who asks; to be called in endpoints that `needs` has marked."""
    actor: Actor = request.state.actor
    return actor


def account_of(request: Request) -> tuple[Session, Account] | None:
    """Return the session and the account of the person who asks; None for the person at this machine."""
    found: tuple[Session, Account] | None = request.state.signed_in
    return found


def needs(role: Role, *, to_change: Role | None = None) -> Callable[[Endpoint], Endpoint]:
    """Mark an endpoint of the workplace with the role that it asks for; others are answered 403.

    Args:
        role: what it takes to look.
        to_change: what it takes to POST; the same if not given.

    ::

        @needs(Role.READER, to_change=Role.EDITOR)
        def edition(request: Request) -> Response: ...
    """

    def marked(endpoint: Endpoint) -> Endpoint:
        def check(request: Request) -> None:
            admit(request)
            require(request, role if request.method in SAFE else to_change or role)

        @wraps(endpoint)
        async def later(request: Request) -> Any:
            await run_in_threadpool(check, request)
            return await endpoint(request)

        @wraps(endpoint)
        def at_once(request: Request) -> Any:
            check(request)
            return endpoint(request)

        wrapped: Any = later if iscoroutinefunction(endpoint) else at_once
        wrapped.needs = (role, to_change or role)
        return cast(Endpoint, wrapped)

    return marked


def require(request: Request, role: Role) -> Actor:
    """Return the person who asks, if that person may do what asks for `role`.

    Raises:
        HTTPException: 403, with a sentence for the page.
    """
    actor = actor_of(request)
    if not actor.may(role):
        raise HTTPException(403, f"That asks for the role {role}; {actor.name} has {actor.role}")
    return actor


def admit(request: Request) -> None:
    """Find out who asks and remember it with the request.

    Raises:
        HTTPException: 303 to the page where one signs in; 401 where no page is expected; 403 where
            there is no account to sign in with.
    """
    found = signed_in(request)
    if found is not None and found[0].stage is Stage.OPEN:
        request.state.signed_in, request.state.actor = found, found[1].actor
        return
    house = house_of(request)
    with house.store.read() as connection:
        local = not accounts.exist(connection)
    if local:
        if not at_this_machine(request):
            raise HTTPException(403, "There is no account yet: digest users add NAME makes the first one")
        request.state.signed_in = None
        request.state.actor = Actor(name=getpass.getuser(), role=Role.ADMIN)
        return
    if "text/event-stream" in request.headers.get("accept", "") or "hx-request" in request.headers:
        raise HTTPException(401, "Please sign in again", headers={"HX-Redirect": "/login"})
    back = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    asked = urlencode({"next": back}) if request.method in SAFE else ""
    raise HTTPException(303, f"/login?{asked}" if asked else "/login")


def signed_in(request: Request) -> tuple[Session, Account] | None:
    """Return the session that the browser's token opens and whose it is, however far it has come."""
    token = request.cookies.get(cookie_name(request))
    if not token:
        return None
    house = house_of(request)
    return who_is(house.store, token, now=house.clock())


def at_this_machine(request: Request) -> bool:
    """Whether it can only be the person at this machine who asks: nothing else is listened to."""
    return bool(request.app.state.loopback) and not any(name in request.headers for name in _FORWARDED)


def browser_of(request: Request) -> Browser:
    """Return where a request comes from, as far as it says."""
    address = request.client.host if request.client else ""
    return Browser(address=address, name=request.headers.get("user-agent", ""))


def give(response: Response, request: Request, ticket: Ticket) -> Response:
    """Hand the token of a session to the browser, out of reach of scripts and of other sites."""
    response.set_cookie(
        cookie_name(request),
        ticket.token,
        max_age=int(AT_MOST.total_seconds()),
        path="/",
        secure=request.url.scheme == "https",
        httponly=True,
        samesite="lax",
    )
    return response


def take(response: Response, request: Request) -> Response:
    """Let the browser forget its token."""
    https = request.url.scheme == "https"
    response.delete_cookie(cookie_name(request), path="/", secure=https, httponly=True, samesite="lax")
    return response


def cookie_name(request: Request) -> str:
    """Return the name of the cookie: a newsroom's own, for cookies do not tell ports apart.

    With https it begins `__Host-`, so that no other name of the domain can plant one (RFC 6265bis, 4.1.3.2).
    """
    own = f"digest-{keyed_hash(house_of(request).keys[-1], 'cookie')[:8]}"
    return f"__Host-{own}" if request.url.scheme == "https" else own


def safe_next(target: str) -> str:
    """Return where to go after signing in: a page of the workplace, nothing else."""
    inside = target.startswith(WORKPLACE) and not target.startswith(("/login", "/logout"))
    plain = not any(sign in target for sign in "\\\r\n\t") and "//" not in target.partition("?")[0]
    return target if inside and plain else "/desk"
