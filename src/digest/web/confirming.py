"""The yes of a person: the link of the confirmation letter leads here. GET shows a button, POST confirms."""

from collections.abc import Sequence
from datetime import datetime

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response

from digest.flows.sending.addressing import PREFER_FOR, preferences_token
from digest.flows.subscribe import Confirmed, confirm, waiting
from digest.flows.subscribe_links import confirming
from digest.model.cadence import coming
from digest.model.digest import Digest
from digest.model.errors import NotFound, TokenExpired, TokenWrong
from digest.store.roster import people
from digest.web.joining import browser_of
from digest.web.pages import newest_public
from digest.web.rendering import house_of
from digest.web.sheet import sheet, titles, wrong
from digest.web.tongue import Speech, speech_for


async def confirmation(request: Request) -> Response:
    """Show the button, or take the yes."""
    form = await request.form() if request.method == "POST" else None
    return await run_in_threadpool(_answer, request, form)


def _answer(request: Request, form: FormData | None) -> Response:
    house = house_of(request)
    digests = house.schedule.digests
    try:
        asking = confirming(request.path_params["token"], keys=house.keys, now=house.clock())
        with house.store.read() as connection:
            asked = waiting(connection, house.opt_outs, asking.subscriber)
        more = tuple(name for name in asked if name not in asking.digests)
        if form is None:
            speech = _speech(request, asking.subscriber, asking.digests)
            also = list(zip(more, titles(digests, more), strict=True))
            return sheet(request, "confirm", speech, titles=titles(digests, asking.digests), also=also)
        done = confirm(
            house.store,
            house.opt_outs,
            asking.subscriber,
            (*asking.digests, *(name for name in more if name in form.getlist("also"))),
            now=house.clock(),
            browser=browser_of(request),
            letter=asking.letter,
            offered=digests,
        )
    except TokenExpired:
        return wrong(request, "link_over", status=410, why="confirm_over")
    except (TokenWrong, NotFound):
        return wrong(request, "link_wrong", status=404)
    return _welcome(request, done)


def _welcome(request: Request, done: Confirmed) -> Response:
    house, reader = house_of(request), done.subscriber
    with house.store.read() as connection:
        newest = newest_public(connection, done.digests[0]) if done.digests else None
    speech = _speech(request, reader.id, (*done.digests, *done.left))
    return sheet(
        request,
        "confirmed",
        speech,
        choice=False,
        titles=titles(house.schedule.digests, done.digests),
        left=titles(house.schedule.digests, done.left),
        before=done.before,
        newest=newest,
        next=_next(house.schedule.digests, done, speech, house.clock()),
        preferences=preferences_token(reader.id, key=house.keys[0], until=house.clock() + PREFER_FOR),
    )


def _next(digests: Sequence[Digest], done: Confirmed, speech: Speech, now: datetime) -> str:
    """Return the day on which the first of what they get comes next; empty when nothing is planned."""
    days = [
        occurrence.day
        for digest in digests
        if digest.id in done.digests
        for occurrence in coming(digest.cadence, digest.id, digest.timezone, after=now, count=1)
    ]
    return speech.weekday(min(days)) if days else ""


def _speech(request: Request, subscriber: int, digests: tuple[str, ...]) -> Speech:
    """Return how the reader is spoken to: as they told us, else as their first digest is written."""
    house = house_of(request)
    with house.store.read() as connection:
        held = people.by_id(connection, subscriber)
    own = held.subscriber.language if held else ""
    digest = next((digest.language for digest in house.schedule.digests if digest.id in digests), "")
    return speech_for(request, own=own, digest=digest)
