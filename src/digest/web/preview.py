"""The preview: an edition in every way in which a mail program may show it, exactly as it is sent.

`/preview/{digest}` shows today's edition as it would be sent now; `/preview/edition/...` one that is
kept, in whatever state it is, as its readers get it or got it. Everything works without JavaScript; with it,
the mail is loaded again whenever a story, a template, the schedule or a choice changes.
"""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from urllib.parse import quote

from starlette.concurrency import run_in_threadpool
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from digest.flows.checks import Checks, in_order
from digest.flows.outside import ACCESS, LINKS, NOT_ASKED, SPAM
from digest.flows.proof import Proof
from digest.flows.readers import place_of_reader, readership
from digest.flows.screenshot import screenshot as painted
from digest.flows.sight import Sight, Variant, sight_of, variants_of
from digest.model.account import Role
from digest.model.classes import Placement, place_of
from digest.model.digest import Digest
from digest.model.edition import Composition, EditionState
from digest.model.errors import DigestError
from digest.store import classes, compositions, editions, renderings
from digest.store.roster import people
from digest.web.frames import framed
from digest.web.framing import part_of
from digest.web.rendering import house_of, page
from digest.web.signing_in import actor_of, needs
from digest.web.switches import Switches
from digest.wiring import House

#: Readers that are offered when a name fits several.
OFFERED = 20
#: One browser at a time paints pictures.
_PAINTER = threading.Lock()


@dataclass(frozen=True, kw_only=True)
class Looked:
    """An edition that is looked at, and as whom."""

    sight: Sight
    variants: tuple[Variant, ...]
    date: datetime  #: for the Date header
    state: EditionState | None = None  #: None of a draft
    skip: str = ""  #: why the digest's rules leave a draft out
    composed: Callable[[], Composition]
    checked: Callable[[], Checks]

    @cached_property
    def composition(self) -> Composition:
        """What the variant is made of; only the page asks."""
        return self.composed()

    @cached_property
    def checks(self) -> Checks:
        """What there is to say about it; only the page asks."""
        return self.checked()


@needs(Role.READER)
def choose(request: Request) -> Response:
    """Go to the first digest's preview."""
    return RedirectResponse(f"/preview/{house_of(request).schedule.digests[0].id}")


@needs(Role.READER)
def show(request: Request) -> Response:
    """Show the preview, with the checks beside it."""
    house, switches = house_of(request), Switches.of(request)
    mark = request.app.state.changes.mark()  # before anything is read: what comes after it is told
    problems = [*map(str, house.problems), request.app.state.changes.problem]
    looked = None
    try:
        looked = _looked(request)
    except DigestError as failure:
        if "edition" in request.path_params:
            raise
        problems.append(str(failure))
    return page(
        request,
        "preview/page.html",
        here="/preview",
        base=_base(request),
        digest=_digest(request),
        digests=house.schedule.digests,
        looked=looked,
        error="; ".join(filter(None, problems)),
        switches=switches,
        kept="edition" in request.path_params,
        mark=mark,
        may_edit=actor_of(request).may(Role.EDITOR),
    )


@needs(Role.READER)
def mail(request: Request) -> Response:
    """Give the mail itself, for the frame."""
    house, switches, looked = house_of(request), Switches.of(request), _looked(request)
    at = None
    if switches.at:
        line, _, column = switches.at.partition(":")
        at = looked.sight.offset(house.newsroom, int(line), int(column or 1), key=house.keys[0])
    return part_of(_proof(request, looked), switches, pages=house.newsroom.pages, at=at)


@needs(Role.READER)
def download(request: Request) -> Response:
    """Give the mail as an .eml file, exactly as it is sent."""
    looked = _looked(request)
    headers = {"Content-Disposition": f'attachment; filename="{_file(looked)}.eml"'}
    return Response(_proof(request, looked).message, media_type="message/rfc822", headers=headers)


@needs(Role.READER)
def screenshot(request: Request) -> Response:
    """Give the mail as a picture, where a browser is installed."""
    house, switches, looked = house_of(request), Switches.of(request), _looked(request)
    html = framed(
        _proof(request, looked).html,
        mode=switches.mode,
        images=switches.images == "on",
        pages=house.newsroom.pages,
    )
    width = int(switches.width) if switches.width.isdecimal() else 640
    with _PAINTER:
        picture = painted(html, width=width, pictures=house.pictures)
    headers = {"Content-Disposition": f'inline; filename="{_file(looked)}-{width}.png"'}
    return Response(picture, media_type="image/png", headers=headers)


@needs(Role.EDITOR)
async def find_reader(request: Request) -> Response:
    """Find a reader by address or name to see the mail as they do; a POST keeps names out of logs."""
    form = await request.form()
    return await run_in_threadpool(_found, request, form)


def _found(request: Request, form: FormData) -> Response:
    house, base = house_of(request), _base(request)
    if form.get("at") == "desk" and "edition" in request.path_params:
        base = f"/desk/{quote(request.path_params['edition'])}"
    text = str(form.get("reader", "")).strip()[:200]
    switches = Switches.of(request)
    with house.store.read() as connection:
        found = people.search(connection, text, most=OFFERED) if text else []
    if not text or len(found) == 1:
        number = str(found[0].subscriber.id) if found else ""
        return RedirectResponse(f"{base}{switches.link(reader=number)}", status_code=303)
    readers = [(held.subscriber, f"{base}{switches.link(reader=str(held.subscriber.id))}") for held in found]
    return page(
        request, "preview/readers.html", here="/preview", readers=readers, text=text,
        back=f"{base}{switches.link(reader='')}",
    )  # fmt: skip


@needs(Role.EDITOR)
async def look_outside(request: Request) -> Response:
    """Let a browser and a spam filter look at the edition, where they are; with `links`, follow those."""
    form = await request.form()
    what = [SPAM, ACCESS, *([LINKS] if form.get("links") else [])]
    name = str(request.path_params["edition"])
    await run_in_threadpool(house_of(request).look_outside, name, what)
    return RedirectResponse(str(request.headers.get("referer") or f"/preview/edition/{quote(name)}"), 303)


@needs(Role.READER)
async def live(request: Request) -> Response:
    """Give the stream of changes."""
    answer: Response = request.app.state.changes.stream(request)
    return answer


def _looked(request: Request) -> Looked:
    return _kept(request) if "edition" in request.path_params else _draft(request)


def _draft(request: Request) -> Looked:
    house, switches, digest = house_of(request), Switches.of(request), _digest(request)
    made = request.app.state.drafts.of(house, digest)
    with house.store.read() as connection:
        not_asked = (NOT_ASKED[SPAM], NOT_ASKED[ACCESS])  # the lint says so of links
        readers = readership(house.schedule, digest, made.occasion.edition)

        def place(reader: int) -> Placement:
            there = {placement.reading: placement for placement in made.placements}
            return place_of(readers.class_of_reader(connection, reader), there)

        sight = sight_of(
            connection, made.variants, place=place, edition=made.occasion.edition, digest=digest,
            placements=made.placements, variant=switches.variant, reader=switches.reader,
        )  # fmt: skip
    return Looked(
        sight=sight,
        variants=variants_of(made.variants, made.placements),
        composed=lambda: made.made[sight.variant].composition,
        checked=lambda: in_order(made.occasion.edition, "", (*made.findings, *not_asked)),
        date=made.occasion.due or house.clock(),
        skip=made.skip,
    )


def _kept(request: Request) -> Looked:
    house, switches, digest = house_of(request), Switches.of(request), _digest(request)
    name = request.path_params["edition"]
    with house.store.read() as connection:
        record = editions.edition(connection, name)
        words = renderings.renderings(connection, name)
        placements = classes.placements(connection, name)
        sight = sight_of(
            connection, words, placements=placements, edition=name, digest=digest,
            variant=switches.variant, reader=switches.reader,
            place=lambda reader: place_of_reader(connection, house.schedule, digest, name, reader),
        )  # fmt: skip
    return Looked(
        sight=sight,
        variants=variants_of(words, placements),
        composed=lambda: _composition(house, name, sight.variant),
        checked=lambda: house.checks(name),
        date=record.published_at or record.due or house.clock(),
        state=record.state,
    )


def _composition(house: House, edition: str, variant: str) -> Composition:
    with house.store.read() as connection:
        return compositions.composition(connection, edition, variant)


def _proof(request: Request, looked: Looked) -> Proof:
    house = house_of(request)
    return looked.sight.proof(house.newsroom, key=house.keys[0], now=looked.date)


def _digest(request: Request) -> Digest:
    name = request.path_params.get("digest") or request.path_params["edition"].partition("/")[0]
    return house_of(request).schedule.digest(name)


def _base(request: Request) -> str:
    """Return the address of the preview that a request belongs to; its parts stand behind it."""
    if "edition" in request.path_params:
        return f"/preview/edition/{quote(request.path_params['edition'])}/-"
    return f"/preview/{quote(request.path_params['digest'])}"


def _file(looked: Looked) -> str:
    return looked.sight.edition.replace("/", "-")
