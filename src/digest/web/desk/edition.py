"""The page of one edition: its stories, the mail, and what is to be said about it."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from digest.flows.desk.changing import Conflict
from digest.flows.desk.correcting import correctables, standings
from digest.flows.desk.journey import course, earlier, journey
from digest.flows.desk.listing import answer_for
from digest.flows.desk.sheet import Sheet, sheet
from digest.flows.sight import variants_of
from digest.model.account import Role
from digest.model.subscriber import Subscriber
from digest.store import editions
from digest.store.roster import people
from digest.web.desk import pictures
from digest.web.desk.kept import Kept
from digest.web.desk.room import desk_page, edition_of
from digest.web.rendering import house_of
from digest.web.signing_in import actor_of, needs
from digest.web.switches import Switches

#: Stories passed over that are shown at once.
JUST_MISSED = 10


@dataclass(slots=True)
class Shelf:
    """What is kept for all who look at the same edition: what it is, and the page."""

    sheets: Kept[Sheet] = field(default_factory=Kept)
    pages: Kept[bytes] = field(default_factory=Kept)

    def forget(self) -> None:
        """Make everything anew."""
        self.sheets.forget()
        self.pages.forget()


def sheet_of(request: Request) -> Sheet:
    """Return everything about the edition that is asked for."""
    house, name = house_of(request), edition_of(request)
    shelf: Shelf = request.app.state.shelf
    with house.store.read() as connection:
        version = editions.versions(connection, [name]).get(name, 0)

    def read() -> Sheet:
        with house.store.read() as connection:
            return sheet(connection, house.schedule, name, now=house.clock(), ready_of=house.not_ready)

    return shelf.sheets.get((name, version, id(house.schedule)), read)


@needs(Role.READER)
def show(request: Request) -> Response:
    """Show the edition; many who look at one that waits get the same page."""
    house_of(request).reread()
    seen, actor = sheet_of(request), actor_of(request)
    if seen.record.published_at is not None:
        return answer(request)
    shelf: Shelf = request.app.state.shelf
    key = (seen.record.id, seen.version, seen.hash, actor, request.url.query, request.url.netloc)
    return HTMLResponse(shelf.pages.get(key, lambda: bytes(answer(request).body)))


def answer(
    request: Request, *, status: int = 200, error: str = "", conflicts: Sequence[Conflict] = ()
) -> HTMLResponse:
    """Return the page of the edition, with what was refused on top of it."""
    seen = sheet_of(request)
    known = {line.slot.story.id: line.story for block in seen.blocks for line in block.lines}
    known |= {one.story.id: one.story for one in (*seen.left_out, *seen.passed_over)}
    sent = "sending.html" if seen.record.published_at else "edition.html"
    switches = Switches.of(request)
    if not switches.variant and not switches.reader and seen.main != next(iter(seen.words), seen.main):
        switches = replace(switches, variant=seen.main)
    return desk_page(
        request,
        sent,
        status=status,
        sheet=seen,
        variants=variants_of(seen.words, seen.placements),
        looks_as=_reader(request, switches),
        **(_way_of(request, seen) if seen.record.published_at else {}),
        switches=switches,
        just_missed=None if "all" in request.query_params else JUST_MISSED,
        error=error,
        conflicts=conflicts,
        known=known,
    )


def _reader(request: Request, switches: Switches) -> Subscriber | None:
    """Return the reader as whom the mail is shown."""
    if not switches.reader or not actor_of(request).may(Role.EDITOR):
        return None
    with house_of(request).store.read() as connection:
        held = people.by_id(connection, int(switches.reader)) if len(switches.reader) < 16 else None
    return held.subscriber if held else None


def _way_of(request: Request, seen: Sheet) -> dict[str, object]:
    """Return what the page shows of an edition that is on its way, or was sent."""
    house, zone = house_of(request), seen.digest.timezone
    asked = request.query_params.get("reader", "").strip()
    with house.store.read() as connection:
        way = journey(connection, house.schedule, seen.record, now=house.clock())
        fixed = standings(connection, seen.record.id)
        there = correctables(connection, seen.record.id) if seen.composition else ()
        time = pictures.over_time(course(connection, seen.record.id), zone)
        others = pictures.compared(earlier(connection, seen.record, now=house.clock()), zone)
    found = answer_for(house.store, seen.record.id, asked, now=house.clock()) if asked else ""
    return {
        "way": way,
        "bar": pictures.progress(way.counts),
        "charts": [one for one in (time, pictures.by_provider(way), others) if one],
        "asked": asked,
        "corrections": fixed,
        "correctables": there,
        "found": found,
    }
