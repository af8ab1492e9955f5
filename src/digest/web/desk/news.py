"""What the open pages of the desk are told: an edition's version, and how far its sending has come."""

from zoneinfo import ZoneInfo

from starlette.requests import Request
from starlette.responses import Response

from digest.flows.desk.journey import Journey, journey
from digest.model.account import Role
from digest.model.edition import EditionState
from digest.store import editions
from digest.web.desk import words
from digest.web.desk.live import News, Wire
from digest.web.desk.pictures import progress
from digest.web.desk.room import edition_of
from digest.web.rendering import filled
from digest.web.signing_in import needs
from digest.wiring import House

#: The page of today listens under this name.
TODAY = ""


def wire_of(house: House) -> Wire:
    """Return the wire that tells open pages about the editions of `house`."""

    def look(wanted: frozenset[str]) -> News:
        news: dict[str, tuple[tuple[str, str], ...]] = {}
        now = house.clock()
        with house.store.read() as connection:
            for edition, version in editions.versions(connection, wanted).items():
                news[edition] = (("version", str(version)),)
                record = editions.edition(connection, edition)
                if record.state is EditionState.SENDING:
                    way = journey(connection, house.schedule, record, now=now)
                    zone = house.schedule.digest(record.digest).timezone
                    news[edition] += (("progress", _drawn(way, zone)),)
            if TODAY in wanted:
                news[TODAY] = (("version", str(editions.newest_version(connection))),)
        return news

    return Wire(look)


def _drawn(way: Journey, zone: ZoneInfo) -> str:
    """Return the part of the page that shows how far it has come; drawn once for all who look."""
    return filled("desk/progress.html", way=way, bar=progress(way.counts), words=words, zone=zone)


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
