"""Preferences: which digests a reader gets, how often, when and in what form. By a mail's signed link.

GET only shows; the POST takes the ticks as the person's own words, and they go to the
opt-out file first. What no form of ours offers is passed over.
"""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response

from digest.audience.address import clean_name, normalise
from digest.flows.sending.addressing import preferring
from digest.flows.subscribe_preferences import FREQUENCIES, Preferences, Profile, prefer, profile
from digest.model.digest import Digest, Tracking
from digest.model.errors import NotFound, TokenExpired, TokenWrong
from digest.model.subscriber import EVERYTHING, Standing
from digest.web import choices
from digest.web.data_asking import send_links
from digest.web.joining import browser_of
from digest.web.leaving import NOBODY, leave
from digest.web.rendering import house_of
from digest.web.rhythm import rhythm
from digest.web.sheet import sheet, wrong
from digest.web.tongue import Speech, speech_for

_ON = (Standing.CONFIRMED, Standing.PAUSED)
#: Nobody pauses for longer.
_LONGEST = timedelta(days=2 * 366)


async def preferences(request: Request) -> Response:
    """Show what a reader gets, or take what they choose."""
    form = await request.form() if request.method == "POST" else None
    return await run_in_threadpool(_answer, request, form)


def _answer(request: Request, form: FormData | None) -> Response:
    house = house_of(request)
    try:
        subscriber = preferring(request.path_params["token"], keys=house.keys, now=house.clock())
        if subscriber == NOBODY:
            return wrong(request, "proof", status=200, why="proof_text")
        with house.store.read() as connection:
            held = profile(connection, subscriber)
        if form is not None and form.get("do") == "leave":
            return leave(request, subscriber, EVERYTHING, _speech(request, held))
        if form is not None and form.get("do") == "data":
            return send_links(request, normalise(held.subscriber.email), _speech(request, held))
        if form is not None:
            held = _take(request, held, form)
    except TokenExpired:
        return wrong(request, "link_over", status=410, why="prefer_over")
    except (TokenWrong, NotFound):
        return wrong(request, "link_wrong", status=404)
    return _shown(request, held, saved=form is not None)


def _take(request: Request, held: Profile, form: FormData) -> Profile:
    house, reader = house_of(request), held.subscriber
    digests, now = house.schedule.digests, house.clock()
    before = {one.digest: one.frequency for one in held.subscriptions}
    ticked = {
        digest.id: _one_of(form, f"often-{digest.id}", FREQUENCIES, before.get(digest.id, "each"))
        for digest in digests
        if digest.id in form.getlist("digest")
    }
    zone, hour = str(form.get("zone", reader.timezone)), str(form.get("hour", ""))
    zone = zone if not zone or choices.is_zone(zone) else reader.timezone
    offered, wanted = choices.topics(house.schedule, digests), [d for d in digests if d.id in ticked]
    tongues = ("", *choices.languages(digests, reader.language))
    chosen = Preferences(
        digests=ticked,
        name=clean_name(str(form.get("name", reader.name))),
        language=_one_of(form, "language", tongues, reader.language),
        timezone=zone,
        topics=choices.chosen(offered, form.getlist("topic"), wanted) if offered else reader.topics,
        hour=(int(hour) if hour.isdecimal() and int(hour) < 24 else None) if "hour" in form else reader.hour,
        plain="plain" in form,
        untracked="untracked" in form if _counted(digests) else reader.untracked,
        paused_until=_pause(str(form.get("pause", "")), _zone(request, zone), now),
    )
    speech = _speech(request, held)
    wording = {
        digest.id: speech.say("prefer_consent", title=digest.title, newsroom=house.newsroom.name)
        for digest in digests
    }
    browser = browser_of(request)
    return prefer(
        house.store,
        house.opt_outs,
        reader.id,
        chosen,
        now=now,
        browser=browser,
        wording=wording,
        offered=digests,
    )


def _one_of(form: FormData, name: str, offered: tuple[str, ...], otherwise: str) -> str:
    value = str(form.get(name, otherwise))
    return value if value in offered else otherwise


def _pause(written: str, zone: ZoneInfo, now: datetime) -> datetime | None:
    """Return when the day `written` begins in `zone`, None when it is none to come."""
    try:
        begins = datetime.combine(date.fromisoformat(written), time(), zone).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    return min(begins, now + _LONGEST) if begins > now else None


def _shown(request: Request, held: Profile, *, saved: bool) -> Response:
    house, reader, speech = house_of(request), held.subscriber, _speech(request, held)
    digests, zone = house.schedule.digests, _zone(request, reader.timezone)
    have = {one.digest: one for one in held.subscriptions}
    ends = [one.paused_until for one in held.subscriptions if one.paused_until is not None]
    rows = [
        {
            "digest": digest,
            "on": digest.id in have and have[digest.id].standing in _ON,
            "often": have[digest.id].frequency if digest.id in have else "each",
            "rhythm": rhythm(digest, speech),
            "only_for": choices.only_for(digest, reader.language),
        }
        for digest in digests
    ]
    today = house.clock().astimezone(zone).date()
    return sheet(
        request,
        "preferences",
        speech,
        choice=not reader.language,
        reader=reader,
        saved=saved,
        rows=rows,
        frequencies=FREQUENCIES,
        topics=choices.topics(house.schedule, digests),
        languages=choices.languages(digests, reader.language),
        zones=choices.zones(speech),
        hours=choices.hours(speech) if any(digest.in_reader_timezone for digest in digests) else [],
        counted=_counted(digests),
        tomorrow=today + timedelta(days=1),
        paused=min(ends).astimezone(zone).date() if ends else None,
    )


def _counted(digests: Sequence[Digest]) -> bool:
    """Whether links are counted anywhere, so that it can be refused."""
    return any(digest.tracking is not Tracking.OFF for digest in digests)


def _zone(request: Request, name: str) -> ZoneInfo:
    """Return the zone of that name, which the reader chose; else that of the newsroom."""
    return ZoneInfo(name) if choices.is_zone(name) else house_of(request).schedule.digests[0].timezone


def _speech(request: Request, held: Profile) -> Speech:
    digests = house_of(request).schedule.digests
    mine = {one.digest for one in held.subscriptions}
    first = next((digest.language for digest in digests if digest.id in mine), "")
    return speech_for(request, own=held.subscriber.language, digest=first)
