"""How a mail is shown in a frame: light, dark as designed, dark as forced, with or without images.

The bytes shown are the bytes sent; a mode only adds what a mail program would add. Both
dark modes are approximations, and the page says so.
"""

import re
from enum import StrEnum

from digest.web.darkened import SHEET, darkened, restyled


class Mode(StrEnum):
    """What the reader's mail program does with colours."""

    LIGHT = "light"
    DARK = "dark"  #: honours prefers-color-scheme, as Apple Mail does
    FORCED = "forced"  #: turns lightness round by itself, as Outlook and Gmail on phones do


_DARK_QUERY = re.compile(r"\(\s*prefers-color-scheme\s*:\s*dark\s*\)")
_LIGHT_QUERY = re.compile(r"\(\s*prefers-color-scheme\s*:\s*light\s*\)")
_IMAGE = re.compile(r"(<(?:img|source)\b[^<>]*?)\s(?:src|srcset)=(\"[^\"]*\"|'[^']*')", re.IGNORECASE)
_BACKGROUND = re.compile(r"\sbackground=(\"[^\"]*\"|'[^']*')", re.IGNORECASE)
_URL = re.compile(r"url\(\s*(?:\"[^\"]*\"|'[^']*'|&quot;.*?&quot;|[^)\"']*)\s*\)", re.IGNORECASE)
_STORED = re.compile(r"\"https?://[^\"/]+/pictures/([0-9a-f]{32,64}\.(?:jpg|png))\"")
_HEAD = re.compile(r"<head\b[^>]*>", re.IGNORECASE)
_HEAD_END = re.compile(r"</head>", re.IGNORECASE)


def followed_here(html: str, pages: str) -> str:
    """Return `html` with the links to our own pages leading to this server, in a window of their own.

    For the one who tries a newsroom on one machine: its public address need not exist yet.
    """
    html = html.replace(f'"{pages}/', '"/').replace(f"'{pages}/", "'/")
    return _HEAD.sub(lambda head: f'{head[0]}<base target="_blank">', html, count=1)


def framed(html: str, *, mode: Mode = Mode.LIGHT, images: bool = True, pages: str = "") -> str:
    """Return `html` as a mail program in `mode` would show it, with our own pictures from here.

    Args:
        html: the mail, slots filled.
        images: False shows what is left when images are blocked.
        pages: the public address of our pages; pictures below it are served by this server. Stored
            pictures are named by their content, so they are found under any address the pages had.
    """
    html = _STORED.sub(r'"/pictures/\1"', html)
    if pages:
        html = html.replace(f'"{pages}/pictures/', '"/pictures/')
    if mode is Mode.DARK:
        html = _LIGHT_QUERY.sub("(max-width:0)", _DARK_QUERY.sub("(min-width:0)", html))
        html = _HEAD_END.sub("<style>:root{color-scheme:dark}</style></head>", html, count=1)
    else:
        html = _DARK_QUERY.sub("(max-width:0)", _LIGHT_QUERY.sub("(min-width:0)", html))
        html = _HEAD_END.sub("<style>:root{color-scheme:light}</style></head>", html, count=1)
    if mode is Mode.FORCED:
        html = _HEAD_END.sub(f"{SHEET}</head>", darkened(html), count=1)
    if not images:
        html = _IMAGE.sub(r"\1", _IMAGE.sub(r"\1", html))
        html = restyled(_BACKGROUND.sub("", html), lambda style: _URL.sub("none", style))
    return html
