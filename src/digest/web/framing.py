"""What a frame shows of a mail: the mail itself, its text, its source, its headers; each in a cage.

Whatever is framed answers with a policy of its own, under which nothing can run, for every story
in it is a stranger's.
"""

import email
import email.policy
from html import escape

from starlette.responses import HTMLResponse, Response

from digest.flows.proof import Proof
from digest.web.frames import followed_here, framed
from digest.web.security import FRAME_CSP
from digest.web.switches import Switches

HEADERS = {"Content-Security-Policy": FRAME_CSP}
_SHEET = """\
:root { color-scheme: light dark; --soft: #63666d; --mark: #ffe28a; }
@media (prefers-color-scheme: dark) { :root { --soft: #a9a69f; --mark: #6b5200; } }
body { margin: 0; background: Canvas; color: CanvasText; font: 13px/1.5 ui-monospace, Menlo, Consolas, monospace; }
table { border-collapse: collapse; width: 100%; }
td, th { vertical-align: top; padding: 0 .8em; text-align: left; }
td { white-space: pre-wrap; overflow-wrap: anywhere; }
th { color: var(--soft); font-weight: 400; text-align: right; user-select: none; width: 1%; white-space: nowrap; }
mark { background: var(--mark); color: inherit; } :target { outline: 3px solid #1b5fc1; }
.fields th { font-weight: 700; color: inherit; text-align: left; }
"""  # noqa: E501 - one rule a line


def part_of(
    seen: Proof, switches: Switches, *, pages: str, at: int | None = None, here: bool = False
) -> Response:
    """Return what the switches ask to see.

    Args:
        pages: the public address of our pages, whose pictures this server has.
        here: let links to our pages lead to this server; what is sent, and its source, stay as they are.
        at: where in the HTML source to look, in characters from its beginning.
    """
    part = switches.part if seen.html or switches.part == "headers" else "text"
    if part == "html":
        html = followed_here(seen.html, pages) if here else seen.html
        html = framed(html, mode=switches.mode, images=switches.images == "on", pages=pages)
        policy = (
            FRAME_CSP
            if switches.images == "on"
            else FRAME_CSP.replace("img-src 'self' data:", "img-src 'none'")
        )
        return HTMLResponse(html, headers={"Content-Security-Policy": policy})
    if part == "source":
        return _document("Source", numbered(seen.html, at))
    if part == "headers":
        return _document("Headers", fields_of(seen.message))
    return Response(seen.text, media_type="text/plain; charset=utf-8", headers=HEADERS)


def numbered(source: str, at: int | None = None) -> str:
    """Return `source` as a table of numbered lines, with the tag that begins at `at` marked."""
    end = at if at is None else source.find(">", at) + 1 or len(source)
    rows, begin = [], 0
    for number, line in enumerate(source.split("\n"), 1):
        text = escape(line)
        if at is not None and end is not None and begin <= at <= begin + len(line):
            inside, last = at - begin, min(end - begin, len(line))
            tag = f'<mark id="at">{escape(line[inside:last])}</mark>'
            text = f"{escape(line[:inside])}{tag}{escape(line[last:])}"
        rows.append(f'<tr id="L{number}"><th scope="row">{number}</th><td>{text}</td></tr>')
        begin += len(line) + 1
    return f"<table>{''.join(rows)}</table>"


def fields_of(message: bytes) -> str:
    """Return a message's headers as a table, decoded, each as it would be read; then as they are written."""
    raw = message.partition(b"\r\n\r\n")[0]
    parsed = email.message_from_bytes(raw + b"\r\n\r\n", policy=email.policy.default)
    rows = [
        f'<tr><th scope="row">{escape(name)}</th><td>{escape(str(value))}</td></tr>'
        for name, value in parsed.items()
    ]
    written = numbered(raw.decode("utf-8", "replace").replace("\r\n", "\n"))
    return f'<table class="fields">{"".join(rows)}</table><hr>{written}'


def _document(title: str, body: str) -> Response:
    html = (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{title}</title>'
        f"<style>{_SHEET}</style></head><body>{body}</body></html>"
    )
    return HTMLResponse(html, headers=HEADERS)
