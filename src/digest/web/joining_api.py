"""Signing up as JSON, for a form that a newsroom's own site draws by itself.

The same hands take it as the form's: a token that is handed out first and must be a moment old,
the same limits, the same silence about who is known. Only the newsroom's website may ask from
another origin; others are not told that they may read the answer, and must send JSON, which no
form can, so their browsers do not even ask.
"""

import json
from typing import Any
from urllib.parse import urlsplit

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from digest.audience.address import normalise
from digest.flows.subscribe_form import LATEST, SOONEST, filled_form, form_token
from digest.flows.subscribe_wishes import TooMany
from digest.model.errors import AddressWrong, NotFound, TokenWrong
from digest.web import choices
from digest.web.joining import TRAP, granting, place_of, take, wording
from digest.web.rendering import house_of
from digest.web.rhythm import rhythm
from digest.web.tongue import speech_for


async def about(request: Request) -> Response:
    """Say what a digest is, and hand out the token of a form for it."""
    if request.method == "OPTIONS":
        return _may_ask(request, Response(status_code=204))
    return _may_ask(request, await run_in_threadpool(_about, request))


async def join(request: Request) -> Response:
    """Take a sign-up."""
    if request.method == "OPTIONS":
        return _may_ask(request, Response(status_code=204))
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
        return _may_ask(request, _refused(415, "not json", "Send application/json."))
    body = await request.body()
    return _may_ask(request, await run_in_threadpool(_take, request, body))


def _about(request: Request) -> Response:
    house = house_of(request)
    try:
        digest = house.schedule.digest(request.path_params["digest"])
    except NotFound:
        return _refused(404, "digest", "There is no digest of that name.")
    speech = speech_for(request, digest=digest.language)
    return JSONResponse(
        {
            "digest": digest.id,
            "title": digest.title,
            "about": digest.about,
            "language": digest.language,
            "often": rhythm(digest, speech),
            "topics": choices.topics(house.schedule, [digest]),
            "wording": wording(request, digest, speech),
            "form": form_token(digest.id, place_of(request), key=house.keys[0], now=house.clock()),
            "wait_seconds": SOONEST.total_seconds(),
            "valid_seconds": LATEST.total_seconds(),
        }
    )


def _take(request: Request, body: bytes) -> Response:
    house, asked = house_of(request), _read(body)
    if asked is None:
        return _refused(400, "not json", "Send one JSON object with digest, email and form.")
    try:
        digest = house.schedule.digest(str(asked.get("digest", "")))
        speech = speech_for(request, own=str(asked.get("language", "")), digest=digest.language)
        address = normalise(str(asked.get("email", "")))
        form = filled_form(str(asked.get("form", "")), digest.id, keys=house.keys, now=house.clock())
        if form.early:
            return _refused(425, "early", speech.say("join_early"), wait_seconds=SOONEST.total_seconds())
        if not asked.get(TRAP):
            topics = asked.get("topics")
            take(request, digest, address, topics if isinstance(topics, list) else [], form.place, speech)
    except NotFound:
        return _refused(404, "digest", "There is no digest of that name.")
    except AddressWrong:
        return _refused(422, "email", speech.say("join_no_address"))
    except TokenWrong:
        return _refused(403, "form", "Get a form token first: GET /api/join/DIGEST.")
    except TooMany:
        return _refused(429, "too many", speech.say("too_many"))
    told = speech.say("join_sent", newsroom=house.newsroom.name, email=address.email, title=digest.title)
    return JSONResponse({"status": "asked", "message": told}, status_code=202, background=granting(request))


def _read(body: bytes) -> dict[str, Any] | None:
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


def _refused(status: int, error: str, message: str, **more: object) -> JSONResponse:
    headers = {"Retry-After": "3600"} if status == 429 else {}
    return JSONResponse({"error": error, "message": message, **more}, status_code=status, headers=headers)


def _may_ask(request: Request, answer: Response) -> Response:
    """Let pages of the newsroom's website read the answer (CORS, Fetch 3.2), and no others."""
    answer.headers["Vary"] = "Origin"
    site = urlsplit(house_of(request).newsroom.website)
    origin = request.headers.get("origin", "")
    if site.netloc and origin == f"{site.scheme}://{site.netloc}":
        answer.headers["Access-Control-Allow-Origin"] = origin
        answer.headers["Access-Control-Allow-Methods"] = "GET, POST"
        answer.headers["Access-Control-Allow-Headers"] = "content-type"
        answer.headers["Access-Control-Max-Age"] = "600"
    return answer
