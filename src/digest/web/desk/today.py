"""The page of today: one card for each digest."""

from starlette.requests import Request
from starlette.responses import Response

from digest.flows.desk.today import today
from digest.model.account import Role
from digest.store import editions
from digest.web.desk.room import desk_page
from digest.web.rendering import house_of
from digest.web.signing_in import needs


@needs(Role.READER)
def show(request: Request) -> Response:
    """Show what is next, what runs and what was, digest by digest."""
    house = house_of(request)
    house.reread()
    with house.store.read() as connection:
        cards = today(connection, house.schedule, now=house.clock())
        version = editions.newest_version(connection)
    return desk_page(request, "today.html", cards=cards, problems=house.problems, version_now=version)
