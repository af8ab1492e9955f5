"""Pages for readers and the public: what is published here, and every edition as it was sent."""

from zoneinfo import ZoneInfo

from sqlalchemy import Connection
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, HTMLResponse, Response

from digest.flows import specimen
from digest.flows.pictures import STORED_NAME
from digest.flows.proof import public_page
from digest.flows.sending.addressing import variant_meant, view_path
from digest.flows.specimen import Phrases
from digest.model.classes import foremost
from digest.model.edition import EditionState
from digest.model.errors import NotFound
from digest.render.words import FALLBACK
from digest.store import classes, editions, renderings
from digest.store.corrections import corrections
from digest.store.editions import EditionKind
from digest.web.corrected import with_corrections
from digest.web.rendering import house_of
from digest.web.rhythm import rhythm
from digest.web.security import ARCHIVE_CSP
from digest.web.sheet import sheet
from digest.web.tongue import speech as speech_in
from digest.web.tongue import speech_for

#: Editions that the public may read: those whose first message has left.
NOT_PUBLIC = "That edition has not been published"
PUBLISHED = (EditionState.SENDING, EditionState.PAUSED, EditionState.SENT)


def home(request: Request) -> Response:
    """Show what is published here."""
    house, spoken = house_of(request), speech_for(request)
    with house.store.read() as connection:
        rows = [
            (digest, rhythm(digest, spoken), newest_public(connection, digest.id))
            for digest in house.schedule.digests
        ]
    return sheet(request, "home", spoken, rows=rows)


def newest_public(connection: Connection, digest: str) -> editions.EditionRecord | None:
    """Return the newest edition of a digest that the public may read."""
    return next(iter(editions.editions(connection, digest, states=PUBLISHED, limit=1)), None)


def archive_list(request: Request) -> Response:
    """Show the editions of one digest."""
    house = house_of(request)
    digest = house.schedule.digest(request.path_params["digest"])
    with house.store.read() as connection:
        records = editions.editions(connection, digest.id, states=PUBLISHED, limit=400)
    spoken = speech_for(request, digest=digest.language)
    return sheet(request, "archive", spoken, digest=digest, editions=records)


def archive_page(request: Request) -> Response:
    """Show an edition as it was sent, without anybody's name or links in it.

    `words` names those of a reading class, as a link in a mail does. A mark that is none of ours, or
    damaged, leads to the words of everybody.
    """
    house = house_of(request)
    name = request.path_params["edition"]
    with house.store.read() as connection:
        try:
            record = editions.edition(connection, name)
        except NotFound as error:
            raise HTTPException(404, NOT_PUBLIC) from error  # without naming what there is
        words, put_right = renderings.renderings(connection, name), corrections(connection, name)
        placements = classes.placements(connection, name)
    if record.state not in PUBLISHED or record.kind is EditionKind.LETTER or not words:
        raise HTTPException(404, NOT_PUBLIC)
    mark = request.query_params.get("words", "")
    most = foremost(list(words), placements)
    variant = variant_meant(mark, name, words, keys=house.keys) if mark else most
    rendering = words.get(variant) or words[most]
    html = public_page(
        rendering, pages=house.newsroom.pages, where=view_path(name, variant, key=house.keys[0])
    )
    digest = next((one for one in house.schedule.digests if one.id == record.digest), None)
    zone = digest.timezone if digest else ZoneInfo("UTC")
    told = speech_in(rendering.language) or speech_in(FALLBACK)
    assert told is not None  # there is always English
    answer = _for_anybody(with_corrections(html, put_right, told, zone), house.newsroom.pages)
    if mark:  # one page of an edition is enough for those who search
        answer.headers["X-Robots-Tag"] = "noindex"
    return answer


def example(request: Request) -> Response:
    """Show what an edition of a digest looks like, in made-up words: for the time before the first one."""
    house = house_of(request)
    digest = house.schedule.digest(request.path_params["digest"])
    say = (speech_in(digest.language) or speech_for(request)).say
    phrases = Phrases(
        subject=say("example_subject", title=digest.title),
        lead=(say("example_lead"), say("example_lead_text")),
        story=(say("example_story"), say("example_story_text")),
        related=say("example_related"),
    )
    made = specimen.example(digest, house.newsroom, phrases, house.template_folders, house.templates_as_of)
    html = public_page(made, pages=house.newsroom.pages, where=f"/join/{digest.id}/example")
    return _for_anybody(html, house.newsroom.pages)


def _for_anybody(html: str, pages: str) -> Response:
    """Return a mail as a page: under the policy of a foreign document, with our own links from here."""
    headers = {"Content-Security-Policy": ARCHIVE_CSP, "Cache-Control": "public, max-age=300"}
    return HTMLResponse(html.replace(f'"{pages}/', '"/'), headers=headers)


def picture(request: Request) -> Response:
    """Give a stored picture. Its name is its content, so it may be kept for ever."""
    name = request.path_params["name"]
    path = house_of(request).pictures / name
    if not STORED_NAME.fullmatch(name) or not path.is_file():
        raise HTTPException(404, "No such picture")
    return FileResponse(path, headers={"Cache-Control": "public, max-age=31536000, immutable"})
