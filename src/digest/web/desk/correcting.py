"""Correct an edition that has begun to leave, and write to those who read it wrong."""

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from digest.flows.desk import correcting
from digest.flows.desk.correction_mail import write_correction
from digest.model.account import Role
from digest.model.errors import AskedWrongly
from digest.web.desk.changes import changes_in
from digest.web.desk.posting import Asked
from digest.web.desk.room import address, edition_of, workshop_of
from digest.web.rendering import house_of
from digest.web.signing_in import actor_of, needs


def correct(asked: Asked) -> None:
    """Give the new words of one story to everybody who has not been reached."""
    house = asked.house
    correcting.correct(
        house.store, asked.workshop, asked.edition, asked.field("story"), changes_in(asked),
        take_newest=bool(asked.field("newest")), told=asked.field("told"),
        who=asked.who, clock=house.clock,
    )  # fmt: skip


@needs(Role.EDITOR)
def write(request: Request) -> Response:
    """Make the mail that corrects, and go there."""
    house, number = house_of(request), str(request.path_params["number"])
    if not number.isdecimal():
        raise AskedWrongly(f"{edition_of(request)}: no correction {number}")
    made = write_correction(
        house.store, workshop_of(house), edition_of(request), int(number),
        who=actor_of(request).name, now=house.clock(),
    )  # fmt: skip
    return RedirectResponse(address(made), status_code=303)


WRITE = Route("/desk/{edition:path}/-/write/{number}", write, methods=["POST"])
