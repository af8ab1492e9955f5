"""Values that a reader can have, the awkward ones; and what every mail program must read for each.

One mail holds the value wherever a slot can stand: beside the address in To, in the subject, in
the text at the start of a line and within one, in the HTML, in an attribute, and in a link.
"""

import re
from dataclasses import dataclass
from html.parser import HTMLParser
from urllib.parse import parse_qs, urlsplit

from delivery.mails import compiled, reader, slot
from digest.model.mail import Encoding

VALUES = {
    "nothing": "",
    "Vietnamese": "Nguyễn Thị Ánh Tuyết",
    "Arabic": "عمر الخيّام",
    "Chinese": "王小明坐渡轮",
    "Thai, without blanks": "เรือข้ามฟากออกเดินทางอีกครั้งในวันพรุ่งนี้",
    "combining marks": "e\u0301 \u0915\u094d\u0937 ﬁ Å",
    "emoji": "👩‍👩‍👧‍👦 🏴‍☠️ ⛴️",
    "300 letters": "abcdefghij" * 30,
    "300 of two bytes": "é" * 300,
    "300 of three bytes": "漢" * 300,
    "300 of four bytes": "😀" * 300,
    "300 dots": "." * 300,
    "equals signs": "=3D=?utf-8?q?no?= a=b== =",
    "a dot": ".",
    "a dot in front": ".hidden",
    "a dot alone on a line": "a\r\n.\r\nb",
    "commands": ".\r\nMAIL FROM:<x@y.example>\r\nRCPT TO:<z@y.example>\r\nDATA\r\n",
    "a header": "x\r\nBcc: everyone@evil.example\r\n\r\nboo",
    "a boundary": "\r\n--=_boundary--\r\n",
    "From": "From the desk",
    "quotes": "\"'‘’“”«»`",
    "angle brackets": "</p><script>alert('1')</script><a href=\"x\">",
    "entities": "&amp; &lt; &#x27; & &nbsp",
    "a comma and a group": "Sund, Ada: (the light); \\ @ [x]",
    "percent": "100 % %41%0D%0A +a+b ?q=1&r=2#s",
    "blanks": "  two  blanks  ",
    "blanks of other kinds": "a\tb\u00a0c\u3000d",
    "invisible": "zero\u200bwidth soft\u00adhyphen \u202eoverride\u202c \ufeffmark",
    "line and paragraph": "a\u2028b\u2029c",
    "bare line ends": "a\rb\nc",
    "controls": "bell\a escape\x1b[31m delete\x7f next\x85line",
}  # fmt: skip

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
_TEXT = f"{slot('note')}\nDear {slot('note')}{slot('note')}, \n. {slot('note')}"
_HTML = (
    f'<p title="{slot("note")}">{slot("note")}</p>'
    f'<a href="https://x.example/?q={slot("note", Encoding.URL)}&amp;z=1">x</a>\n'
)


@dataclass(frozen=True, kw_only=True)
class Seen:
    """What a mail program reads. Line ends are `\\n`: programs regularise them."""

    subject: str
    name: str  #: beside the address
    address: str
    unsubscribe: str
    text: str
    title: str  #: the attribute
    shown: str  #: the paragraph
    query: str  #: what the link asks for


def mail(value: str) -> bytes:
    """Return the message for a reader of whom everything is `value`."""
    compiled_mail = compiled(subject=f"[{slot('note')}] today", text=_TEXT, html=_HTML)
    return compiled_mail.wire(reader(name=value, values={"note": value}))


def meant(value: str) -> Seen:
    """Return what must be read: a header holds no control characters, a name no needless blanks."""
    flat, body = _CONTROL.sub(" ", value), regular(value)
    return Seen(
        subject=f"[{flat}] today",
        name=" ".join(flat.split()),
        address="ada@lighthouse.example",
        unsubscribe=f"<{reader().unsubscribe_url}>",
        text=regular(f"{value}\nDear {value}{value}, \n. {value}\n"),
        title=body,
        shown=body,
        query=value,
    )


def regular(text: str) -> str:
    """Return `text` with each line end as one line feed."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


class _Page(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.title = self.shown = self.query = ""
        self.within = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.within = tag
        if tag == "p":
            self.title = dict(attrs)["title"] or ""
        elif tag == "a":
            (self.query,) = parse_qs(urlsplit(dict(attrs)["href"]).query, keep_blank_values=True)["q"]

    def handle_data(self, data: str) -> None:
        if self.within == "p":
            self.shown += data


def page(html: str) -> dict[str, str]:
    """Return title, shown and query of the HTML part."""
    read = _Page()
    read.feed(html)
    read.close()
    return {"title": regular(read.title), "shown": regular(read.shown), "query": read.query}
