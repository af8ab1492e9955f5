"""The page of one edition: its stories, the mail, and what is to be said about it."""

from starlette.requests import Request
from starlette.responses import Response

from digest.flows.desk.sheet import Sheet, sheet
from digest.flows.proof import proof
from digest.model.account import Role
from digest.model.errors import NotFound
from digest.web.desk.room import desk_page, edition_of
from digest.web.preview import Switches, part_of
from digest.web.rendering import house_of
from digest.web.signing_in import needs

#: Stories passed over that are shown at once.
JUST_MISSED = 10


def sheet_of(request: Request) -> Sheet:
    """Return everything about the edition that is asked for."""
    house = house_of(request)
    with house.store.read() as connection:
        return sheet(connection, house.schedule, edition_of(request))


@needs(Role.READER)
def show(request: Request) -> Response:
    """Show the edition."""
    seen = sheet_of(request)
    return desk_page(
        request, "edition.html", sheet=seen, switches=Switches.of(request), just_missed=JUST_MISSED
    )


@needs(Role.READER)
def mail(request: Request) -> Response:
    """Give the mail as it is kept and will be sent, for the frame."""
    house, seen = house_of(request), sheet_of(request)
    if seen.rendering is None:
        raise NotFound(f"{seen.record.id}: nothing in it yet")
    shown = proof(
        seen.rendering, newsroom=house.newsroom, digest=seen.digest, edition=seen.record.id,
        key=house.keys[0], now=house.clock(),
    )  # fmt: skip
    return part_of(shown, Switches.of(request), pages=house.newsroom.pages)
