"""A page for a reader: the newsroom's name, one thing to do, in the reader's language."""

from collections.abc import Mapping
from urllib.parse import urlencode

from starlette.requests import Request
from starlette.responses import HTMLResponse

from digest.model.digest import Digest
from digest.web.rendering import filled, house_of
from digest.web.tongue import LANGUAGES, Speech, own_name, speech_for


def sheet(
    request: Request,
    template: str,
    speech: Speech,
    *,
    status: int = 200,
    headers: Mapping[str, str] | None = None,
    choice: bool = True,
    **values: object,
) -> HTMLResponse:
    """Return the page `pages/TEMPLATE.html`, filled, in the words of `speech`.

    Args:
        choice: whether the page is offered in other languages; not where the reader's own is known.
    """
    asked = {name: text for name, text in request.query_params.items() if name != "lang"}
    others = [
        (f"?{urlencode({**asked, 'lang': tag})}", tag, own_name(tag))
        for tag in LANGUAGES
        if choice and request.method in ("GET", "HEAD") and tag != speech.language
    ]
    html = filled(
        f"pages/{template}.html",
        newsroom=house_of(request).newsroom,
        say=speech.say,
        own_name=own_name,
        speech=speech,
        others=others,
        **values,
    )
    return HTMLResponse(html, status_code=status, headers=dict(headers or {}))


def wrong(
    request: Request, name: str, *, status: int, speech: Speech | None = None, why: str = ""
) -> HTMLResponse:
    """Return the page that says what is wrong: the words `NAME_title`, and `why`, else those of `NAME`."""
    speech = speech or speech_for(request)
    title, told = speech.say(f"{name}_title"), speech.say(why or name)
    return sheet(request, "wrong", speech, status=status, choice=False, title=title, why=told)


def titles(digests: tuple[Digest, ...], names: tuple[str, ...]) -> list[str]:
    """Return the titles of the digests called `names`; one that is gone is called by its name."""
    known = {digest.id: digest.title for digest in digests}
    return [known.get(name, name) for name in names]
