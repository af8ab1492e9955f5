"""What every page of the desk shares: who asks, which edition, the words that templates use."""

from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import HTMLResponse

from digest.flows.desk.workshop import Workshop
from digest.model.account import Role
from digest.web.desk import words
from digest.web.rendering import house_of, page
from digest.web.signing_in import actor_of
from digest.wiring import House


def address(edition: str, *more: str) -> str:
    """Return where an edition is; what is done with it stands behind `/-/`, for its name has slashes."""
    tail = "/-/" + "/".join(more) if more else ""
    return f"/desk/{quote(edition)}{tail}"


def edition_of(request: Request) -> str:
    """Return the edition that is asked for."""
    return str(request.path_params["edition"])


def workshop_of(house: House) -> Workshop:
    """Return what it takes to set the newsroom's editions anew."""
    return house.workshop


def desk_page(request: Request, template: str, *, status: int = 200, **values: object) -> HTMLResponse:
    """Return a page of the desk, filled."""
    actor = actor_of(request)
    return page(
        request,
        f"desk/{template}",
        status=status,
        here="/desk",
        now=house_of(request).clock(),
        words=words,
        address=address,
        actor=actor,
        may_edit=actor.may(Role.EDITOR),
        may_approve=actor.may(Role.APPROVER),
        **values,
    )
