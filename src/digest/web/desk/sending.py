"""An edition on its way, and after: stop and go, who got it, and what is to be settled."""

from itertools import chain, islice

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from digest.flows.desk import listing
from digest.flows.sending import control
from digest.flows.sending.control import Settlement
from digest.model.account import Role
from digest.model.errors import AskedWrongly
from digest.web.desk.posting import Asked
from digest.web.desk.room import edition_of
from digest.web.rendering import house_of
from digest.web.signing_in import needs


def pause(asked: Asked) -> None:
    """Start nothing more, until it is resumed; within one batch."""
    control.pause(asked.house.store, asked.edition, who=asked.who, now=asked.now)


def resume(asked: Asked) -> None:
    """Go on."""
    control.resume(asked.house.store, asked.edition, who=asked.who, now=asked.now)


def withdraw(asked: Asked) -> None:
    """Send nothing more of it, ever, and take its archive page away."""
    why = asked.field("why").strip()
    if not why:
        raise AskedWrongly(f"{asked.edition}: say why it is taken back: readers may ask")
    control.cancel(asked.house.store, asked.edition, who=asked.who, now=asked.now, why=f"withdrawn: {why}")


def settle(asked: Asked) -> None:
    """Say what became of the deliveries that are unknown."""
    try:
        as_ = Settlement(asked.field("as"))
    except ValueError as error:
        raise AskedWrongly(f"{asked.edition}: they were sent, or are to be sent again") from error
    control.settle(asked.house.store, asked.edition, as_, who=asked.who, now=asked.now)


@needs(Role.EDITOR)
def deliveries(request: Request) -> Response:
    """Give the list of who got it, as CSV or JSON lines; `?old` leaves out who has the newest words."""
    house, edition = house_of(request), edition_of(request)
    digest = house.schedule.digest(edition.partition("/")[0])
    kind, old = request.path_params["kind"], "old" in request.query_params
    rows = listing.deliveries(
        house.store, edition, sender=digest.sender, key=house.keys[0], now=house.clock(), only_old=old
    )
    first = list(islice(rows, 1))  # what is wrong with the name is told before the answer begins
    write, media = (listing.as_csv, "text/csv") if kind == "csv" else (listing.as_json, "application/jsonl")
    name = edition.replace("/", "-") + ("-old-words" if old else "")
    headers = {"Content-Disposition": f'attachment; filename="{name}.{kind}"'}
    return StreamingResponse(write(chain(first, rows)), media_type=f"{media}; charset=utf-8", headers=headers)
