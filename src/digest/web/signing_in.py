"""Who asks: the person behind a request to the workplace, and whether that person may.

`needs` marks an endpoint with the role it asks for; every endpoint of the workplace carries such
a mark. `actor_of` gives the person, whose name goes into each history line.
"""

import getpass
from collections.abc import Callable
from functools import wraps
from inspect import iscoroutinefunction
from typing import Any, TypeVar, cast

from starlette.exceptions import HTTPException
from starlette.requests import Request

from digest.model.account import Actor, Role
from digest.web.security import SAFE

Endpoint = TypeVar("Endpoint", bound=Callable[..., Any])


def actor_of(request: Request) -> Actor:
    """Return the person who asks."""
    return Actor(name=getpass.getuser(), role=Role.ADMIN)


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
            require(request, role if request.method in SAFE else to_change or role)

        @wraps(endpoint)
        async def later(request: Request) -> Any:
            check(request)
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
