"""The log of the whole newsroom: what was done to editions, accounts, readers and the schedule, by whom."""

from datetime import datetime
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import Response

from digest.model.account import Role
from digest.store import audit
from digest.store.audit import Place
from digest.web.rendering import house_of, page
from digest.web.signing_in import needs

#: Lines on a page.
LINES = 50
#: What lines can be about, by how `about` begins.
KINDS = {
    "": "Everything", "edition": "Editions", "account": "Accounts", "reader": "Readers", "import": "Imports",
    "schedule": "Schedule", "signing in": "Signing in",
}  # fmt: skip


@needs(Role.EDITOR)
def log(request: Request) -> Response:
    """Show the log, the newest line first."""
    house, asked = house_of(request), request.query_params
    who, about, text = asked.get("who", ""), asked.get("about", ""), asked.get("text", "").strip()[:100]
    with house.store.read() as connection:
        found = audit.lines(
            connection, who=who, about=about, text=text, after=_place(asked.get("after", "")), limit=LINES + 1
        )
        people = audit.people(connection)
    shown, more = found[:LINES], len(found) > LINES
    chosen = {"who": who, "about": about, "text": text}
    older = urlencode({**chosen, "after": _written(shown[-1].place)}) if more else ""
    return page(
        request, "desk/log.html", here="/desk/log", lines=shown, people=people, kinds=KINDS, chosen=chosen,
        older=older, first=not asked.get("after"), newest=urlencode(chosen),
    )  # fmt: skip


def _written(place: Place) -> str:
    return f"{place.at.isoformat()} {place.source} {place.key}"


def _place(text: str) -> Place | None:
    """Return the place that an address names; one that is damaged begins with the newest line."""
    try:
        at, source, key = text.rsplit(" ", 2)
        place = Place(at=datetime.fromisoformat(at), source=int(source), key=int(key))
    except ValueError:
        return None
    return place if place.at.tzinfo is not None and place.key < 1 << 63 else None
