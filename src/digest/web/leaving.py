"""The way out: one click from a mail program, or one button on a page; and back again, for a while.

GET changes nothing, for link scanners follow links. The POST of RFC 8058 needs no cookie and
no login, is answered without a redirect, and does not wait for the database: when it is
answered, the no stands on the disk.
"""

import threading
import time
from contextlib import suppress

from starlette.background import BackgroundTask
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from digest.flows.sending.addressing import leaving
from digest.flows.subscribe import come_back, one_click
from digest.flows.subscribe_links import reason_link, reasoning, undo_link, undoing
from digest.flows.subscribe_replay import replay
from digest.model.errors import Busy, NotFound, TokenExpired, TokenWrong
from digest.model.subscriber import EVERYTHING, Standing
from digest.store.roster import people, standing
from digest.store.roster.reasons import REASONS, keep_reason
from digest.web.rendering import house_of
from digest.web.sheet import sheet, wrong
from digest.web.tongue import Speech, speech_for

#: What a mail program posts (RFC 8058, 3.1).
ONE_CLICK = ("List-Unsubscribe", "One-Click")
#: Seconds in which noes are gathered before the database hears them: well under the second that is promised.
_TOGETHER = 0.25
_CATCHING_UP = threading.Lock()
#: The number of nobody: the links in a proof are signed for it.
NOBODY = 0


async def way_out(request: Request) -> Response:
    """Show the button, or take the no."""
    form = await request.form() if request.method == "POST" else FormData()
    return await run_in_threadpool(_answer, request, form)


def _answer(request: Request, form: FormData) -> Response:
    house = house_of(request)
    by_program = form.get(ONE_CLICK[0]) == ONE_CLICK[1]
    try:
        subscriber, scope = leaving(request.path_params["token"], keys=house.keys, now=house.clock())
    except TokenWrong:
        return _not_ours(request, by_program)
    if by_program:
        if subscriber != NOBODY:
            one_click(house.store, house.opt_outs, subscriber, scope, now=house.clock())
        done = BackgroundTask(_catch_up, request)
        return PlainTextResponse("You are unsubscribed.", background=done)
    speech = _speech(request, subscriber, scope)
    if request.method == "POST":
        return leave(request, subscriber, EVERYTHING if form.get("scope") == EVERYTHING else scope, speech)
    several = len(house.schedule.digests) > 1
    if subscriber != NOBODY and (held := _left_before(request, subscriber, scope)) is not None:
        return _still_out(request, subscriber, scope, speech, there=held)
    return sheet(request, "leave", speech, title=_title(request, scope), scope=scope, several=several)


def _left_before(request: Request, subscriber: int, scope: str) -> bool | None:
    """Return whether we still know somebody who has left what a link leads out of; None: they have not."""
    with house_of(request).store.read() as connection:
        if people.by_id(connection, subscriber) is None:
            return False
        held = standing.subscriptions_of(connection, subscriber)
    about = [one.standing for one in held if scope == EVERYTHING or one.digest in scope.split("+")]
    return True if set(about) == {Standing.UNSUBSCRIBED} else None


def _still_out(request: Request, subscriber: int, scope: str, speech: Speech, *, there: bool) -> Response:
    """Say that they have left; who pressed by mistake in a mail program takes one newsletter back here."""
    house, now = house_of(request), house_of(request).clock()
    if not there or scope == EVERYTHING or "+" in scope:
        return _left(request, scope, speech)
    undo = undo_link(subscriber, scope, key=house.keys[0], now=now)
    reason = reason_link(subscriber, scope, key=house.keys[0], now=now)
    return _left(request, scope, speech, undo=undo, reason=reason)


def leave(request: Request, subscriber: int, scope: str, speech: Speech) -> Response:
    """Take a no that was given on a page, and show how to take it back."""
    house = house_of(request)
    now = house.clock()
    ended = scope
    if subscriber != NOBODY:
        if scope == EVERYTHING:  # undoing it brings back what this press has ended, and no older no
            with house.store.read() as connection:
                held = standing.subscriptions_of(connection, subscriber)
            ended = "+".join(one.digest for one in held if one.standing is not Standing.UNSUBSCRIBED)
        one_click(house.store, house.opt_outs, subscriber, scope, source="page", now=now)
    undo = undo_link(subscriber, ended, key=house.keys[0], now=now)
    reason = reason_link(subscriber, scope, key=house.keys[0], now=now)
    answer = _left(request, scope, speech, undo=undo, reason=reason)
    answer.background = BackgroundTask(_catch_up, request)
    return answer


def _left(
    request: Request, scope: str, speech: Speech, *, undo: str = "", reason: str = "", thanked: bool = False
) -> Response:
    return sheet(
        request, "left", speech, choice=False, title=_title(request, scope), undo=undo, reason=reason,
        reasons=REASONS, thanked=thanked,
    )  # fmt: skip


async def why(request: Request) -> Response:
    """Take the reason that somebody gives on the page that answered their no."""
    form = await request.form()
    return await run_in_threadpool(_why, request, form)


def _why(request: Request, form: FormData) -> Response:
    house, now = house_of(request), house_of(request).clock()
    undo = str(form.get("undo", ""))
    try:
        subscriber, scope = reasoning(request.path_params["token"], keys=house.keys, now=now)
        undoing(undo, keys=house.keys, now=now)
    except TokenExpired:
        return wrong(request, "link_over", status=410, why="undo_over")
    except TokenWrong:
        return wrong(request, "link_wrong", status=404)
    with house.store.write() as connection:
        if form.get("reason") in REASONS and people.by_id(connection, subscriber) is not None:
            keep_reason(connection, subscriber, scope, str(form["reason"]), now=now)
    return _left(request, scope, _speech(request, subscriber, scope), undo=undo, thanked=True)


async def way_back(request: Request) -> Response:
    """Take the no back that was given a moment ago, on the page that answered it."""
    return await run_in_threadpool(_come_back, request)


def _come_back(request: Request) -> Response:
    house = house_of(request)
    try:
        subscriber, scope = undoing(request.path_params["token"], keys=house.keys, now=house.clock())
        replay(house.store, house.opt_outs)  # the no may stand in the file only
        for digest in scope.split("+") if subscriber != NOBODY else ():
            come_back(house.store, house.opt_outs, subscriber, digest, source="page", now=house.clock())
    except TokenExpired:
        return wrong(request, "link_over", status=410, why="undo_over")
    except (TokenWrong, NotFound):
        return _not_ours(request, by_program=False)
    return sheet(request, "back", _speech(request, subscriber, scope), title=_title(request, scope))


def _catch_up(request: Request) -> None:
    """Bring what stands in the file into the database, now that the answer is out.

    One at a time, and a moment later, so that a thousand noes are a few transactions: each would
    wait for the others' otherwise, and keep the threads that answer.
    """
    house = house_of(request)
    if not _CATCHING_UP.acquire(blocking=False):
        return  # who holds it has not looked at the file's end yet
    try:
        time.sleep(_TOGETHER)
    finally:
        _CATCHING_UP.release()
    with suppress(Busy):  # every round of the clock does it again
        replay(house.store, house.opt_outs)


def _title(request: Request, scope: str) -> str:
    digests = house_of(request).schedule.digests
    if scope == EVERYTHING or "+" in scope:
        return house_of(request).newsroom.name
    return next((digest.title for digest in digests if digest.id == scope), scope)


def _speech(request: Request, subscriber: int, scope: str) -> Speech:
    """Return how the reader is spoken to: as they told us, else as the digest is written."""
    house = house_of(request)
    with house.store.read() as connection:
        held = people.by_id(connection, subscriber)
    digest = next((one.language for one in house.schedule.digests if one.id in scope.split("+")), "")
    return speech_for(request, own=held.subscriber.language if held else "", digest=digest)


def _not_ours(request: Request, by_program: bool) -> Response:
    if by_program:
        return PlainTextResponse("This link is not one of ours, or is damaged.", status_code=400)
    return wrong(request, "link_wrong", status=404)
