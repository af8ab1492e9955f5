"""Preferences: which digests a reader gets, and a pause. By the signed link of a mail, without a login.

GET only shows; the POST takes the ticks as the person's own words, and they go to the
opt-out file first.
"""

from datetime import timedelta

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response

from digest.flows.sending.addressing import preferring
from digest.flows.subscribe_preferences import Preferences, Profile, prefer, profile
from digest.model.errors import NotFound, TokenWrong
from digest.model.subscriber import Standing
from digest.web.leaving import NOBODY
from digest.web.rendering import house_of, page

#: Weeks that a reader may pause for.
PAUSES = (0, 1, 2, 4, 8)


async def preferences(request: Request) -> Response:
    """Show what a reader gets, or take what they choose."""
    form = await request.form() if request.method == "POST" else None
    return await run_in_threadpool(_answer, request, form)


def _answer(request: Request, form: FormData | None) -> Response:
    house = house_of(request)
    try:
        subscriber = preferring(request.path_params["token"], keys=house.keys, now=house.clock())
        if subscriber == NOBODY:
            why = "This is the link of a proof, so there is nothing to choose."
            return page(request, "wrong.html", title="A proof", why=why)
        with house.store.read() as connection:
            held = profile(connection, subscriber)
        if form is not None:
            held = _take(request, held, form)
    except (TokenWrong, NotFound):
        why = "It is damaged, or you have been forgotten. Please open the link from the mail once more."
        return page(request, "wrong.html", status=404, title="This link does not work", why=why)
    return _shown(request, held, saved=form is not None)


def _take(request: Request, held: Profile, form: FormData) -> Profile:
    house = house_of(request)
    known = {digest.id for digest in house.schedule.digests}
    before = {one.digest: one.frequency for one in held.subscriptions}
    ticked = [str(name) for name in form.getlist("digest") if str(name) in known]
    weeks = int(str(form.get("pause"))) if str(form.get("pause")) in map(str, PAUSES) else 0
    reader, now = held.subscriber, house.clock()
    chosen = Preferences(
        digests={name: before.get(name, "each") for name in ticked},
        name=reader.name,
        language=reader.language,
        timezone=reader.timezone,
        topics=reader.topics,
        paused_until=now + timedelta(weeks=weeks) if weeks else None,
    )
    return prefer(house.store, house.opt_outs, reader.id, chosen, now=now)


def _shown(request: Request, held: Profile, *, saved: bool) -> Response:
    have = {one.digest: one for one in held.subscriptions}
    rows = [
        (
            digest,
            digest.id in have and have[digest.id].standing in (Standing.CONFIRMED, Standing.PAUSED),
            have[digest.id].paused_until if digest.id in have else None,
        )
        for digest in house_of(request).schedule.digests
    ]
    email = held.subscriber.email
    return page(request, "preferences.html", rows=rows, email=email, saved=saved, pauses=PAUSES)
