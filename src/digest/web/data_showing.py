"""What we know of a reader, shown and handed over; and the way to be forgotten. By mailed links only.

GET shows; forgetting is a POST with a tick, since nothing brings it back.
"""

import json
import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response

from digest.flows.subscribe import forget
from digest.flows.subscribe_data import my_data
from digest.flows.subscribe_links import ERASE, EXPORT, about
from digest.flows.subscribe_preferences import profile
from digest.model.errors import NotFound, TokenExpired, TokenWrong
from digest.model.subscriber import Subscriber
from digest.web.rendering import house_of
from digest.web.sheet import sheet, wrong
from digest.web.tongue import Speech, speech_for

#: What the record calls the ways to us, and the words for them.
_HOW = {
    "sign-up page": "how_sign_up", "preferences page": "how_preferences", "preferences": "how_preferences",
    "page": "how_page", "one-click": "how_one_click", "confirmation": "how_letter",
    "confirmation letter": "how_letter", "editor": "how_editor",
}  # fmt: skip
_FORM_ON = "form on "
#: Which letter it was, and the words for it.
_LETTERS = {"confirm": "letter_confirm", "data": "letter_data", "welcome": "letter_welcome"}
_LETTER = re.compile(r"letters?/([a-z]+)/([^/]+)/[^/]+(?:/(\d{4}-\d\d-\d\d))?")
_EDITION = re.compile(r"([^/]+)/(\d{4}-\d\d-\d\d)(?:/(.+))?")


def show(request: Request) -> Response:
    """Show everything that is kept about the reader."""
    try:
        known = _known(request)
    except TokenExpired:
        return wrong(request, "link_over", status=410, why="data_over")
    except (TokenWrong, NotFound):
        return wrong(request, "link_wrong", status=404)
    first = house_of(request).schedule.digests[0]
    speech = speech_for(request, own=known["language"], digest=first.language)
    titles = {digest.id: digest.title for digest in house_of(request).schedule.digests}
    return sheet(
        request,
        "data",
        speech,
        choice=not known["language"],
        known=known,
        titles=titles,
        told=lambda written: _told(request, speech, written),
        how=lambda source: how(speech, source),
        named=lambda edition: named(speech, titles, edition),
        hour=_hour(speech, known["preferred_hour"]),
        token=request.path_params["token"],
    )


def download(request: Request) -> Response:
    """Give the same as a file."""
    try:
        known = _known(request)
    except TokenExpired:
        return wrong(request, "link_over", status=410, why="data_over")
    except (TokenWrong, NotFound):
        return wrong(request, "link_wrong", status=404)
    text = json.dumps(known, ensure_ascii=False, indent=2) + "\n"
    headers = {"Content-Disposition": 'attachment; filename="my-data.json"'}
    return Response(text, media_type="application/json", headers=headers)


async def erase(request: Request) -> Response:
    """Say what forgetting means, or forget."""
    form = await request.form() if request.method == "POST" else None
    return await run_in_threadpool(_erase, request, form)


def _erase(request: Request, form: FormData | None) -> Response:
    house = house_of(request)
    try:
        subscriber = about(ERASE, request.path_params["token"], keys=house.keys, now=house.clock())
        with house.store.read() as connection:
            reader = profile(connection, subscriber).subscriber
    except TokenExpired:
        return wrong(request, "link_over", status=410, why="data_over")
    except TokenWrong:
        return wrong(request, "link_wrong", status=404)
    except NotFound:  # the same press twice
        return sheet(request, "forgotten", speech_for(request), choice=False)
    speech = speech_for(request, own=reader.language)
    if form is None or "sure" not in form:
        return _ask(request, reader, speech, missed=form is not None)
    forget(house.store, house.opt_outs, subscriber, source="page", now=house.clock())
    return sheet(request, "forgotten", speech, choice=False)


def _ask(request: Request, reader: Subscriber, speech: Speech, *, missed: bool) -> Response:
    status = 422 if missed else 200
    choice = not reader.language
    return sheet(request, "forget", speech, status=status, choice=choice, email=reader.email, missed=missed)


def _known(request: Request) -> Mapping[str, Any]:
    house = house_of(request)
    subscriber = about(EXPORT, request.path_params["token"], keys=house.keys, now=house.clock())
    with house.store.read() as connection:
        return my_data(connection, house.opt_outs, subscriber, now=house.clock())


def how(speech: Speech, source: str) -> str:
    """Return in words how something was said to us; what an editor wrote down of a list stays as it is."""
    if source.startswith(_FORM_ON):
        return speech.say("how_form", host=source.removeprefix(_FORM_ON))
    return speech.say(_HOW[source]) if source in _HOW else source


def named(speech: Speech, titles: Mapping[str, str], edition: str) -> str:
    """Return what was sent in a reader's words: the digest and its day, or which letter of ours."""
    if letter := _LETTER.fullmatch(edition):
        kind, digest, day = letter.groups()
        words = [speech.say(_LETTERS[kind]) if kind in _LETTERS else kind, titles.get(digest, digest), day]
    elif found := _EDITION.fullmatch(edition):
        digest, day, slot = found.groups()
        words = [titles.get(digest, digest), day, slot]
    else:
        return edition
    return " · ".join(speech.day(date.fromisoformat(word)) if word is day else word for word in words if word)


def _hour(speech: Speech, hour: int | None) -> str:
    return "" if hour is None else speech.hour(time(hour))


def _told(request: Request, speech: Speech, written: str | None) -> str:
    """Return a moment of the record as it was on the newsroom's wall."""
    zone = house_of(request).schedule.digests[0].timezone
    if not written:
        return ""
    at = datetime.fromisoformat(written).astimezone(UTC)
    if at.time() == time(0):  # a list says a day and no hour: there is none to tell
        return speech.day(at.date())
    return speech.moment(at, zone)
