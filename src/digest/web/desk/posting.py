"""How a form of the desk is taken: its verb is done, then the page is asked for anew (POST, redirect, GET).

What a verb refuses is told on the page of the edition itself, which nobody then has to find again.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from digest.flows.desk.changing import Changed
from digest.flows.desk.workshop import Workshop
from digest.model.account import Role
from digest.model.digest import Digest
from digest.model.errors import AskedWrongly, Busy, DigestError, NotFound, WaitingForPerson
from digest.store import editions
from digest.web.desk import edition
from digest.web.desk.room import address, edition_of, workshop_of
from digest.web.rendering import house_of
from digest.web.signing_in import actor_of, needs
from digest.wiring import House


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What an editor asks for by a form."""

    house: House
    edition: str
    who: str
    now: datetime
    form: FormData

    def field(self, name: str) -> str:
        """Return what stands in a field; empty where it is missing."""
        value = self.form.get(name)
        return value if isinstance(value, str) else ""

    @property
    def version(self) -> int:
        """Return the version of the edition that the editor saw."""
        written = self.field("version")
        if not written.isdecimal():
            raise AskedWrongly(f"{self.edition}: the form names no version: load the page anew")
        return int(written)

    @property
    def digest(self) -> Digest:
        """Return the digest that it is an edition of."""
        with self.house.store.read() as connection:
            return self.house.schedule.digest(editions.edition(connection, self.edition).digest)

    @property
    def workshop(self) -> Workshop:
        """Return what it takes to set it anew."""
        return workshop_of(self.house)


#: What a refusal is in HTTP; the first that fits.
_STATUS: Mapping[type[DigestError], int] = {
    NotFound: 404, AskedWrongly: 409, WaitingForPerson: 409, Busy: 503,
}  # fmt: skip

#: Does what a form asks for; gives back what became of changes, where there were some.
Verb = Callable[[Asked], Changed | None]


def action(name: str, verb: Verb, role: Role = Role.EDITOR) -> Route:
    """Return the route of one thing that can be done with an edition."""

    @needs(role)
    async def endpoint(request: Request) -> Response:
        form = await request.form()
        return await run_in_threadpool(_done, request, form, verb)

    return Route(f"/desk/{{edition:path}}/-/{name}", endpoint, methods=["POST"])


def _done(request: Request, form: FormData, verb: Verb) -> Response:
    house = house_of(request)
    asked = Asked(
        house=house, edition=edition_of(request), who=actor_of(request).name, now=house.clock(), form=form
    )
    try:
        changed = verb(asked)
    except DigestError as error:
        return _refused(request, error)
    request.app.state.shelf.forget()
    request.app.state.wire.nudge()
    if changed is not None and changed.conflicts:
        return edition.answer(request, status=409, conflicts=changed.conflicts)
    return RedirectResponse(_back(request, asked), status_code=303)


def _refused(request: Request, error: DigestError) -> Response:
    """Return the page of the edition with what was refused; where there is no such page, raise `error`."""
    status = next((number for kind, number in _STATUS.items() if isinstance(error, kind)), 502)
    try:
        return edition.answer(request, status=status, error=str(error))
    except NotFound:
        raise error from None


def _back(request: Request, asked: Asked) -> str:
    """Return where to go: the page with the same view of the mail, at the story that was spoken of."""
    came, here = urlsplit(request.headers.get("referer", "")), address(asked.edition)
    query = f"?{came.query}" if came.path == here and came.query else ""
    at = asked.field("at")
    return f"{here}{query}" + (f"#{at}" if at.isalnum() else "")
