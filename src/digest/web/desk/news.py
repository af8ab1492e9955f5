"""What the open pages of the desk are told: an edition's version, and how far its sending has come."""

from starlette.requests import Request
from starlette.responses import Response

from digest.model.account import Role
from digest.store import editions
from digest.web.desk.live import News, Wire
from digest.web.desk.room import edition_of
from digest.web.signing_in import needs
from digest.wiring import House

#: The page of today listens under this name.
TODAY = ""


def wire_of(house: House) -> Wire:
    """Return the wire that tells open pages about the editions of `house`."""

    def look(wanted: frozenset[str]) -> News:
        with house.store.read() as connection:
            versions = editions.versions(connection, wanted)
            newest = editions.newest_version(connection) if TODAY in wanted else 0
        news: dict[str, tuple[tuple[str, str], ...]] = {
            edition: (("version", str(version)),) for edition, version in versions.items()
        }
        if TODAY in wanted:
            news[TODAY] = (("version", str(newest)),)
        return news

    return Wire(look)


@needs(Role.READER)
async def of_edition(request: Request) -> Response:
    """Give the stream of one edition."""
    wire: Wire = request.app.state.wire
    return wire.stream(request, edition_of(request))


@needs(Role.READER)
async def of_today(request: Request) -> Response:
    """Give the stream of all editions."""
    wire: Wire = request.app.state.wire
    return wire.stream(request, TODAY)
