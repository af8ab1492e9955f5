"""The preview: today's edition as it would be sent now, in every way a mail program may show it.

Everything works without JavaScript; with it, the mail is loaded again whenever a story, a
template or the schedule changes.
"""

from dataclasses import dataclass
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from digest.flows.compose import Draft, occasion
from digest.flows.proof import Proof, proof
from digest.model.account import Role
from digest.model.digest import Digest
from digest.model.errors import DigestError
from digest.web.frames import Mode, framed
from digest.web.rendering import house_of, page
from digest.web.security import FRAME_CSP
from digest.web.signing_in import needs

WIDTHS = {"375": "Phone", "640": "Desktop", "free": "Free"}
PARTS = {"html": "HTML", "text": "Text", "source": "Source", "headers": "Headers"}
MODES = {"light": "Light", "dark": "Dark (as designed)", "forced": "Dark (forced)"}
IMAGES = {"on": "Images", "off": "Images off"}


@dataclass(frozen=True, slots=True)
class Switches:
    """How the mail is looked at; each stands in the address, so a view can be linked to."""

    width: str = "640"
    part: str = "html"
    mode: Mode = Mode.LIGHT
    images: str = "on"

    @staticmethod
    def of(request: Request) -> "Switches":
        """Return the switches in the address; what is not understood stands as usual."""
        asked = request.query_params
        mode = asked.get("mode", "light")
        return Switches(
            width=asked["width"] if asked.get("width") in WIDTHS else "640",
            part=asked["part"] if asked.get("part") in PARTS else "html",
            mode=Mode(mode) if mode in MODES else Mode.LIGHT,
            images="off" if asked.get("images") == "off" else "on",
        )

    def rows(self) -> list[list[tuple[str, str, bool]]]:
        """Return every switch as (address, words, whether it is on)."""
        now = {"width": self.width, "part": self.part, "mode": self.mode.value, "images": self.images}
        choices: dict[str, dict[str, str]] = {"width": WIDTHS, "part": PARTS, "mode": MODES, "images": IMAGES}
        return [
            [
                (f"?{urlencode({**now, name: str(value)})}", words, now[name] == str(value))
                for value, words in options.items()
            ]
            for name, options in choices.items()
        ]

    @property
    def query(self) -> str:
        """Return the switches as the end of an address."""
        return urlencode({"part": self.part, "mode": self.mode.value, "images": self.images})


@needs(Role.READER)
def choose(request: Request) -> Response:
    """Go to the first digest's preview."""
    return RedirectResponse(f"/preview/{house_of(request).schedule.digests[0].id}")


@needs(Role.READER)
def show(request: Request) -> Response:
    """Show the preview of a digest's edition of today, with its findings."""
    house, switches = house_of(request), Switches.of(request)
    house.reread()
    digest = house.schedule.digest(request.path_params["digest"])
    made, error = None, "; ".join(str(problem) for problem in house.problems)
    try:
        made = _made(request, digest)
    except DigestError as failure:
        error = "; ".join(filter(None, (error, str(failure))))
    return page(
        request,
        "preview.html",
        here="/preview",
        digest=digest,
        digests=house.schedule.digests,
        made=made,
        error=error,
        switches=switches,
        size=round(len(made.rendering.html.encode()) / 1024) if made else 0,
    )


@needs(Role.READER)
def mail(request: Request) -> Response:
    """Give the mail itself, for the frame."""
    house, switches = house_of(request), Switches.of(request)
    digest = house.schedule.digest(request.path_params["digest"])
    seen = _seen(request, digest, _made(request, digest))
    return part_of(seen, switches, pages=house.newsroom.pages)


def part_of(seen: Proof, switches: Switches, *, pages: str) -> Response:
    """Return what the switches ask to see, under the policy of a foreign document."""
    headers = {"Content-Security-Policy": FRAME_CSP}
    if switches.part == "html":
        html = framed(seen.html, mode=switches.mode, images=switches.images == "on", pages=pages)
        return HTMLResponse(html, headers=headers)
    text = {
        "text": seen.text,
        "source": seen.html,
        "headers": seen.message.partition(b"\r\n\r\n")[0].decode("utf-8", "replace"),
    }[switches.part]
    return Response(text, media_type="text/plain; charset=utf-8", headers=headers)


@needs(Role.READER)
def download(request: Request) -> Response:
    """Give the mail as an .eml file, exactly as it would be sent."""
    house = house_of(request)
    digest = house.schedule.digest(request.path_params["digest"])
    made = _made(request, digest)
    name = made.occasion.edition.replace("/", "-")
    headers = {"Content-Disposition": f'attachment; filename="{name}.eml"'}
    return Response(_seen(request, digest, made).message, media_type="message/rfc822", headers=headers)


@needs(Role.READER)
async def live(request: Request) -> Response:
    """Give the stream of changes."""
    answer: Response = request.app.state.changes.stream(request)
    return answer


def _made(request: Request, digest: Digest) -> Draft:
    house = house_of(request)
    now = house.clock()
    local = [source for source in house.schedule.sources_of(digest) if not source.remote]
    house.gather(local, now=now)
    return house.draft(digest, occasion(digest, now), now=now)


def _seen(request: Request, digest: Digest, made: Draft) -> Proof:
    house = house_of(request)
    return proof(
        made.rendering,
        newsroom=house.newsroom,
        digest=digest,
        edition=made.occasion.edition,
        key=house.keys[0],
        now=house.clock(),
    )
