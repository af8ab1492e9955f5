"""Our own pages: Jinja2 with autoescape, one environment, the newsroom in every page."""

import re
from functools import lru_cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape
from starlette.requests import Request
from starlette.responses import HTMLResponse

from digest import __version__
from digest.wiring import House

_CODE = re.compile(r"`([^`]+)`")
STATIC = Path(__file__).parent / "static"


@lru_cache(maxsize=1)
def _environment() -> Environment:
    made = Environment(
        loader=FileSystemLoader(Path(__file__).parent / "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters["coded"] = coded
    return made


def coded(text: str) -> Markup:
    """Return text in which what stands in `backticks` is code."""
    return Markup(_CODE.sub(r"<code>\1</code>", str(escape(text))))


def house_of(request: Request) -> House:
    """Return the newsroom that this server belongs to."""
    house: House = request.app.state.house
    return house


def filled(template: str, **values: object) -> str:
    """Return a template of ours, filled."""
    return _environment().get_template(template).render(version=__version__, **values)


def page(request: Request, template: str, *, status: int = 200, **values: object) -> HTMLResponse:
    """Return a page of ours, filled."""
    house = house_of(request)
    shared = {
        "newsroom": house.newsroom,
        "here": "",
        "actor": getattr(request.state, "actor", None),
        "session": (getattr(request.state, "signed_in", None) or (None,))[0],
        "local": all(house.local(digest) for digest in house.schedule.digests),
    }
    return HTMLResponse(filled(template, **{**shared, **values}), status_code=status)
