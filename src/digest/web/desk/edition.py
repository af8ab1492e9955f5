"""The page of one edition: its stories, the mail, and what is to be said about it."""

from collections.abc import Sequence

from starlette.requests import Request
from starlette.responses import Response

from digest.flows.desk.changing import Conflict
from digest.flows.desk.correcting import newer, standings
from digest.flows.desk.journey import course, earlier, journey
from digest.flows.desk.listing import answer_for
from digest.flows.desk.sheet import Sheet, sheet
from digest.flows.proof import proof
from digest.model.account import Role
from digest.model.errors import NotFound
from digest.web.desk import pictures
from digest.web.desk.room import desk_page, edition_of
from digest.web.framing import part_of
from digest.web.rendering import house_of
from digest.web.signing_in import needs
from digest.web.switches import Switches

#: Stories passed over that are shown at once.
JUST_MISSED = 10


def sheet_of(request: Request) -> Sheet:
    """Return everything about the edition that is asked for."""
    house, name = house_of(request), edition_of(request)
    with house.store.read() as connection:
        return sheet(connection, house.schedule, name, now=house.clock(), ready_of=house.not_ready)


@needs(Role.READER)
def show(request: Request) -> Response:
    """Show the edition."""
    house_of(request).reread()
    return answer(request)


def answer(
    request: Request, *, status: int = 200, error: str = "", conflicts: Sequence[Conflict] = ()
) -> Response:
    """Return the page of the edition, with what was refused on top of it."""
    seen = sheet_of(request)
    known = {line.slot.story.id: line.story for block in seen.blocks for line in block.lines}
    known |= {one.story.id: one.story for one in (*seen.left_out, *seen.passed_over)}
    sent = "sending.html" if seen.record.published_at else "edition.html"
    return desk_page(
        request,
        sent,
        status=status,
        sheet=seen,
        **(_way_of(request, seen) if seen.record.published_at else {}),
        switches=Switches.of(request),
        just_missed=None if "all" in request.query_params else JUST_MISSED,
        error=error,
        conflicts=conflicts,
        known=known,
    )


def _way_of(request: Request, seen: Sheet) -> dict[str, object]:
    """Return what the page shows of an edition that is on its way, or was sent."""
    house, zone = house_of(request), seen.digest.timezone
    asked = request.query_params.get("reader", "").strip()
    with house.store.read() as connection:
        way = journey(connection, house.schedule, seen.record, now=house.clock())
        fixed = standings(connection, seen.record.id)
        fresher = newer(connection, seen.composition.selection.carried) if seen.composition else frozenset()
        time = pictures.over_time(course(connection, seen.record.id), zone)
        others = pictures.compared(earlier(connection, seen.record, now=house.clock()), zone)
    found = answer_for(house.store, seen.record.id, asked, now=house.clock()) if asked else ""
    return {
        "way": way,
        "bar": pictures.progress(way.counts),
        "charts": [one for one in (time, pictures.by_provider(way), others) if one],
        "asked": asked,
        "corrections": fixed,
        "newer": fresher,
        "found": found,
    }


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
