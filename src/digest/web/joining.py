"""Signing up: the page of each digest, and the form that a newsroom puts on its own site.

Nothing is kept before a form of ours was pressed that a person had time to read. So the form on
another site, which anybody could make a stranger's browser send, only leads to such a form.
"""

import re
from collections.abc import Sequence
from urllib.parse import urlsplit

from starlette.background import BackgroundTask
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response

from digest.audience.address import Address, normalise
from digest.audience.suspicions import meant
from digest.flows.subscribe_form import Form, filled_form, form_token
from digest.flows.subscribe_wishes import TooMany, ask_to_join
from digest.model.digest import Digest
from digest.model.errors import AddressWrong, TokenWrong
from digest.store import compositions
from digest.web import choices
from digest.web.pages import newest_public
from digest.web.rendering import house_of
from digest.web.rhythm import rhythm, where_the_clock_hangs
from digest.web.security import allowed
from digest.web.sheet import sheet, wrong
from digest.web.tongue import Speech, speech_for

OWN_PAGE = "sign-up page"
#: Headlines of the newest edition that are shown.
_HEADLINES = 3
#: A field that people do not see and leave empty.
TRAP = "url"
_HOST = re.compile(r"[a-z0-9](?:[a-z0-9.-]{0,251}[a-z0-9])?")


async def join(request: Request) -> Response:
    """Show what a digest is, or take a sign-up."""
    form = await request.form() if request.method == "POST" else None
    return await run_in_threadpool(_answer, request, form)


def _answer(request: Request, form: FormData | None) -> Response:
    digest = house_of(request).schedule.digest(request.path_params["digest"])
    speech = speech_for(request, digest=digest.language)
    if form is None:
        return _invite(request, digest, speech)
    written = str(form.get("email", ""))
    try:
        address = normalise(written)
    except AddressWrong:
        return _invite(request, digest, speech, written=written, fault="join_no_address")
    if form.get(TRAP):
        return _sent(request, digest, address, speech)
    found = pressed(request, form, digest.id)
    if found is None or found.early:
        return _once_more(request, digest, address, form, speech, early=found is not None)
    try:
        take(request, digest, address, form.getlist("topic"), found.place, speech)
    except TooMany:
        return too_many(request, speech)
    return _sent(request, digest, address, speech)


def pressed(request: Request, form: FormData, about: str) -> Form | None:
    """Return the form of ours that was pressed; None: it stands on another site, or is too old."""
    house = house_of(request)
    if not allowed(request.method, "", request.headers):
        return None
    try:
        return filled_form(str(form.get("form", "")), about, keys=house.keys, now=house.clock())
    except TokenWrong:
        return None


def take(
    request: Request, digest: Digest, address: Address, topics: Sequence[object], place: str, speech: Speech
) -> None:
    """Keep a sign-up; raises TooMany."""
    house = house_of(request)
    ask_to_join(
        house.store,
        house.opt_outs,
        address,
        digest=digest.id,
        topics=choices.chosen(choices.topics(house.schedule, [digest]), topics, [digest]),
        language=digest.audience.language or speech.language,
        place=place,
        wording=wording(request, digest, speech),
        browser=browser_of(request),
        now=house.clock(),
    )


def wording(request: Request, digest: Digest, speech: Speech) -> str:
    """Return the sentence that whoever signs up agrees to."""
    newsroom = house_of(request).newsroom.name
    return speech.say("join_consent", title=digest.title, newsroom=newsroom, often=rhythm(digest, speech))


def browser_of(request: Request) -> str:
    """Return the address that a request came from."""
    return request.client.host if request.client else ""


def place_of(request: Request) -> str:
    """Return where the form stood that sent this request, as it is kept with a consent."""
    if allowed(request.method, "", request.headers):
        return OWN_PAGE
    origin = request.headers.get("origin") or request.headers.get("referer", "")
    try:
        host = urlsplit(origin).hostname or ""
    except ValueError:
        host = ""
    return f"form on {host}" if _HOST.fullmatch(host) else "form elsewhere"


def too_many(request: Request, speech: Speech) -> Response:
    """Return the page that says to come back later."""
    answer = wrong(request, "too_many", status=429, speech=speech)
    answer.headers["Retry-After"] = "3600"
    return answer


def granting(request: Request) -> BackgroundTask:
    """Return what looks at the wishes when the answer is out; a clock does so as well."""
    return BackgroundTask(house_of(request).grant_wishes)


def _invite(
    request: Request, digest: Digest, speech: Speech, *, written: str = "", fault: str = ""
) -> Response:
    house = house_of(request)
    with house.store.read() as connection:
        newest = newest_public(connection, digest.id)
        slots = compositions.composition(connection, newest.id).selection.featured if newest else ()
    return sheet(
        request,
        "join",
        speech,
        status=422 if fault else 200,
        digest=digest,
        often=rhythm(digest, speech),
        clock=where_the_clock_hangs(digest, speech),
        newest=newest,
        headlines=[slot.story.headline for slot in slots[:_HEADLINES]],
        topics=choices.topics(house.schedule, [digest]),
        wording=wording(request, digest, speech),
        form=form_token(digest.id, OWN_PAGE, key=house.keys[0], now=house.clock()),
        trap=TRAP,
        written=written,
        fault=fault,
    )


def _once_more(
    request: Request, digest: Digest, address: Address, form: FormData, speech: Speech, *, early: bool
) -> Response:
    house = house_of(request)
    fresh = form_token(digest.id, place_of(request), key=house.keys[0], now=house.clock())
    topics = [topic for topic in choices.topics(house.schedule, [digest]) if topic in form.getlist("topic")]
    return sheet(
        request,
        "again",
        speech,
        choice=False,
        digest=digest,
        email=address.email,
        topics=topics,
        wording=wording(request, digest, speech),
        form=str(form["form"]) if early else fresh,
        early=early,
    )


def _sent(request: Request, digest: Digest, address: Address, speech: Speech) -> Response:
    local, _, domain = address.email.rpartition("@")
    better = meant(domain.lower())
    answer = sheet(
        request,
        "sent",
        speech,
        choice=False,
        told=speech.say(
            "join_sent", newsroom=house_of(request).newsroom.name, email=address.email, title=digest.title
        ),
        more=speech.say("join_spam"),
        meant=speech.say("join_meant", email=f"{local}@{better}") if better else "",
        again=f"/join/{digest.id}",
    )
    answer.background = granting(request)
    return answer
