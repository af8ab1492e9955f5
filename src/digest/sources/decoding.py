"""Bytes become text: by mark, declaration, as UTF-8, and only then by the language's old code page."""

import codecs
import re
import unicodedata
from dataclasses import dataclass

from digest.model.text import primary

#: Code pages of the time before UTF-8, by language; everything else was Western European.
OLD_CODE_PAGES = {
    "vi": "cp1258", "zh": "gb18030", "ja": "cp932", "ko": "cp949", "ru": "cp1251", "uk": "cp1251",
    "bg": "cp1251",
    "be": "cp1251", "sr": "cp1251", "mk": "cp1251", "ar": "cp1256", "fa": "cp1256", "ur": "cp1256",
    "el": "cp1253",
    "he": "cp1255", "tr": "cp1254", "th": "cp874", "pl": "cp1250", "cs": "cp1250", "sk": "cp1250",
    "hu": "cp1250",
    "ro": "cp1250", "hr": "cp1250", "sl": "cp1250", "lt": "cp1257", "lv": "cp1257", "et": "cp1257",
}  # fmt: skip
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF32_LE, "utf-32-le"), (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"),
)  # fmt: skip
#: Controls that no text needs; tab, line feed and carriage return stay, joiners too.
_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\x80-\x84\x86-\x9f\ufeff\ufffe\uffff\u2060]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Decoded:
    """Text, and how it was told from its bytes."""

    text: str
    encoding: str
    sure: bool = True  #: False: told by trial


def decode(data: bytes, *, declared: str = "", language: str = "") -> Decoded:
    """Return `data` as text without controls; never fails, but says when it was not sure.

    Args:
        declared: encoding named by a header or in the document; believed if it fits.
        language: BCP 47, for the choice of an old code page.
    """
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return Decoded(
                text=without_controls(data[len(mark) :].decode(encoding, "replace")), encoding=encoding
            )
    wide = wide_encoding(data)
    for encoding in filter(None, (wide, declared.strip().lower(), "utf-8")):
        try:
            text = data.decode(_wider(encoding))
        except (LookupError, UnicodeError):
            continue
        return Decoded(text=without_controls(text), encoding=encoding)
    if _mostly_utf8(data):
        return Decoded(text=without_controls(data.decode("utf-8", "replace")), encoding="utf-8", sure=False)
    encoding = OLD_CODE_PAGES.get(primary(language), "cp1252")
    text = unicodedata.normalize("NFC", data.decode(encoding, "replace"))
    return Decoded(text=without_controls(text), encoding=encoding, sure=False)


def without_controls(text: str) -> str:
    """Return `text` without control characters."""
    return _CONTROLS.sub("", text)


def _wider(encoding: str) -> str:
    """Latin-1 on paper is Windows-1252 in practice, GB2312 is GB18030 (WHATWG Encoding, 4.2)."""
    latin = {"iso-8859-1", "latin-1", "latin1", "us-ascii", "ascii"}
    if encoding in latin:
        return "cp1252"
    return "gb18030" if encoding in {"gb2312", "gbk", "x-gbk"} else encoding


def wide_encoding(data: bytes) -> str:
    """Return UTF-16 or UTF-32, told by mark or by where the zero bytes stand; empty for anything else."""
    for mark, encoding in _MARKS[1:]:
        if data.startswith(mark):
            return encoding
    head = data[:64]
    if len(head) < 8 or b"\0" not in head:
        return ""
    if len(data) % 4 == 0 and head[1:4] == b"\0\0\0":
        return "utf-32-le"
    if len(data) % 4 == 0 and head[0:3] == b"\0\0\0":
        return "utf-32-be"
    even, odd = head[::2].count(0), head[1::2].count(0)
    if odd > len(head) // 4 and even * 4 < odd:
        return "utf-16-le"
    return "utf-16-be" if even > len(head) // 4 and odd * 4 < even else ""


def _mostly_utf8(data: bytes) -> bool:
    """Whether `data` is UTF-8 with a few broken bytes, as when a file was cut in the middle."""
    text = data.decode("utf-8", "replace")
    broken = text.count("\ufffd")
    return broken * 50 <= sum(1 for character in text if character > "\x7f")
