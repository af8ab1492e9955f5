"""The dateline: place, agency and date at the head of a story's first paragraph.

Agencies print it in a few forms, `Hanoi (NPA) – `, `PARIS, 3 mai 2026 (NPA) - `,
`新闻社河内5月3日电 `, `МОСКВА, 3 мая. /НПА/. `; what is not surely one of them stays text.
"""

import re
from dataclasses import dataclass
from datetime import date

from digest.model.story import Dateline
from digest.model.text import fold, squeeze
from digest.sources.caption import is_agency
from digest.sources.phrases import LABELS, MONTHS

_DASH = r"(?:\.\s?[-–—]|[-–—―−]{1,2}|——|ـ{1,2})"
_PLACE = r"(?P<place>[^\W\d_](?:[^()（）/:：\n]|(?<=\d)/(?=\d)){0,70}?)"
_AGENCY = r"[(（/]\s*(?P<agency>[^()（）/\n]{1,50}(?:/[^()（）/\n]{1,30})?)\s*[)）/]"
_REST = r"(?P<rest>\S.*)"
_DAY_MONTH = (
    r"(?:\d{1,2}(?:er|º|\.)?\s+(?:de\s+)?[^\W\d_]{3,12}\.?|[^\W\d_]{3,10}\.?\s+\d{1,2}(?:st|nd|rd|th)?"
    r"|\d{1,2}[/.-]\d{1,2}|\d{1,2}月\d{1,2}日|\d{4}年\d{1,2}月\d{1,2}日)"
)


def _pattern(*parts: str) -> re.Pattern[str]:
    return re.compile("".join(("^", *parts, "$")), re.DOTALL)


#: `Hanoi (NPA) – `, `PARIS, 3 mai 2026 (NPA) - `, `(NPA) – `, `МОСКВА, 3 мая. /НПА/. `
_BRACKETED = _pattern(
    _PLACE, r"?\s*[,،，]?\s*", _AGENCY, r"\s*[,،，]?\s*(?P<after>[^()（）–—:：-]{0,30}?)\s*",
    rf"(?:{_DASH}|[:：]|\.)\s*", _REST,
)  # fmt: skip
#: `La Habana, 3 may (Agencia) El ...`: no dash, so only a known agency will do.
_BARE = _pattern(_PLACE, r"\s*[,،，]?\s+", _AGENCY, r"\s+(?P<rest>[^\s\-–—].*)")
#: `МОСКВА, 3 мая — РИА Новости. `
_NAMED = _pattern(_PLACE, rf"\s*{_DASH}\s*(?P<agency>[^.,\n–—-]{{2,40}})\s*(?:\.|{_DASH})\s*", _REST)
_PLACE_ONLY = _pattern(_PLACE, r"\s*(?P<dash>[–—―]|--|\.-|-\s|[:：])\s*", _REST)
#: `新闻社河内5月3日电（记者某某）`
_CHINESE = _pattern(
    r"(?P<agency>[\u4e00-\u9fff]{2,6}[社网])(?P<place>[\u4e00-\u9fff·]{2,12}?)",
    r"(?P<day>(?:\d{4}年)?\d{1,2}月\d{1,2}日)?[电電讯訊]",
    r"(?:\s*[(（][^()（）]{0,40}[)）])?[\s　，,：:—–-]*", _REST,
)  # fmt: skip
#: `【東京共同】`, `(서울=연합뉴스) 홍길동 기자 = `
_LENTICULAR = _pattern(
    r"(?:【\s*(?P<inner>[^【】]{2,40}?)\s*】|[(（]\s*(?P<inner2>[^()（）]{1,20}[=＝][^()（）]{1,20}?)\s*[)）])\s*",
    r"(?:[^=＝\n]{0,20}[=＝]\s*)?", _REST,
)  # fmt: skip
_KEPT = re.compile(r"^(?P<a>[^()（）]{0,40})[(（](?P<agency>[^()（）]{1,40})[)）]$")
_FULL_DATES = (
    re.compile(
        r"(?P<day>\d{1,2})(?:er|º|°|\.)?\s+(?:de\s+)?(?P<month>[^\W\d_]+)\.?,?\s+(?:de\s+|del\s+)?(?P<year>\d{4})"
    ),
    re.compile(r"(?P<month>[^\W\d_]+)\.?\s+(?P<day>\d{1,2})(?:st|nd|rd|th)?,?\s+(?P<year>\d{4})"),
    re.compile(r"(?P<year>\d{4})年(?P<month>\d{1,2})月(?P<day>\d{1,2})日"),
    re.compile(r"(?P<year>\d{4})-(?P<month>\d\d)-(?P<day>\d\d)"),
)
_DATE_TAIL = re.compile(
    r"[,،，]?\s*(?:(?:le|den|am|el|ngày|في|on)\s+)?"
    rf"(?P<date>{_DAY_MONTH}(?:,?\s+(?:de\s+|del\s+)?\d{{4}}|[/.-]\d{{2,4}})?)$"
)
_SHORT_ABBREVIATION = re.compile(r"(?:^|[\s.])\w{1,3}\.$")
_MAX_PLACE_WORDS = 7
#: A sentence begins so, a place does not; a known agency behind it decides otherwise (The Hague).
_PROSE = frozenset(
    "the a an this that these those he she they we i it in on at for from by as when while after".split()  # noqa: SIM905
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """A first paragraph, with its dateline taken off."""

    dateline: Dateline | None
    text: str
    doubt: str = ""  #: why what looks like a dateline was left in the text


def take_dateline(paragraph: str) -> Opening:
    """Return the plain `paragraph` without its dateline, and the dateline."""
    if found := _CHINESE.match(paragraph):
        when = full_date(found["day"] or "")
        return _opening(found["place"], found["agency"], found["rest"], when)
    if found := _LENTICULAR.match(paragraph):
        inner = found["inner"] or found["inner2"]
        for cut in range(len(inner)):
            place, agency = inner[:cut].rstrip(" =＝・"), inner[cut:]
            if is_agency(agency):
                return _opening(place, agency, found["rest"], None)
    if found := _BRACKETED.match(paragraph):
        return _bracketed(paragraph, found)
    if (found := _NAMED.match(paragraph)) and is_agency(found["agency"]):
        place, when = _without_date(found["place"])
        return _opening(place, found["agency"], found["rest"], when)
    if (found := _BARE.match(paragraph)) and _is_place(_without_date(found["place"])[0]):
        place, when = _without_date(found["place"])
        if is_agency(found["agency"]):
            return _opening(place, found["agency"], found["rest"], when)
    if (found := _PLACE_ONLY.match(paragraph)) and len(found["place"]) <= 40:
        return _place_only(paragraph, found)
    return Opening(dateline=None, text=paragraph)


def read_dateline(words: str) -> Dateline | None:
    """Return the dateline that an editor typed, `Hanoi (NPA)`, with or without its dash."""
    bare = squeeze(words).rstrip(" -–—―:").strip()
    if not bare:
        return None
    opening = take_dateline(f"{bare} – x")
    if opening.dateline is not None:
        return opening.dateline
    place, when = _without_date(bare)
    return Dateline(place=place, date=when)


def full_date(words: str) -> date | None:
    """Return the date in `words` that names day, month and year; None for anything less."""
    for pattern in _FULL_DATES:
        found = pattern.search(words)
        if found is None:
            continue
        month = found["month"]
        number = int(month) if month.isdigit() else MONTHS.get(fold(month))
        try:
            return date(int(found["year"]), number or 0, int(found["day"]))
        except ValueError:  # a word that is no month, or a day that the month has not
            continue
    return None


def _bracketed(paragraph: str, found: re.Match[str]) -> Opening:
    place, when = _without_date(found["place"] or "")
    after = found["after"] or ""
    if after and not _is_date(after):
        return Opening(dateline=None, text=paragraph)
    when = when or full_date(after)
    agency = squeeze(found["agency"])
    separator = paragraph[found.end("after") : found.start("rest")].strip()
    known = is_agency(agency)
    if not _is_place(place) or (not known and (separator == "." or not _can_sign(place, agency))):
        doubt = f"“{place} ({agency})” may be a dateline" if separator != "." and agency[0].isupper() else ""
        return Opening(dateline=None, text=paragraph, doubt=doubt)
    if re.search(r"\d", agency):
        inner, when_inside = _without_date(agency)
        agency, when = (inner, when or when_inside or full_date(agency)) if inner else (agency, when)
    return _opening(place, agency, found["rest"], when)


def _place_only(paragraph: str, found: re.Match[str]) -> Opening:
    place, when = _without_date(found["place"])
    if fold(place) in LABELS or any(fold(place).startswith(f"{label} ") for label in LABELS):
        return Opening(dateline=None, text=paragraph)
    loud = place.isupper() and any(c.isalpha() for c in place)
    dated = place != squeeze(found["place"])
    if _is_place(place) and (loud or dated) and len(place.split()) <= 4 and not is_agency(place):
        return _opening(place, "", found["rest"], when)
    if is_agency(place) and found["dash"] not in (":", "："):
        return _opening("", place, found["rest"], when)
    likely = len(place.split()) <= 3 and place[:1].isupper() and found["dash"].strip() in ("–", "—", "--")
    doubt = f"“{place}” may be the place of a dateline" if likely else ""
    return Opening(dateline=None, text=paragraph, doubt=doubt)


def _opening(place: str, agency: str, rest: str, when: date | None) -> Opening:
    if found := _KEPT.match(place):
        place = found["a"]
    place = squeeze(place).strip(" ,،，")
    return Opening(dateline=Dateline(place=place, agency=squeeze(agency), date=when), text=squeeze(rest))


def _without_date(place: str) -> tuple[str, date | None]:
    """Cut `PARIS, 3 mai 2026` into place and date; a date without a year is cut off and forgotten."""
    place = squeeze(place).strip(" ,،，")
    found = _DATE_TAIL.search(place)
    if found is None or not _is_date(found["date"]):
        return place, None
    return place[: found.start()].strip(" ,،，"), full_date(found["date"])


def _is_date(words: str) -> bool:
    names = re.findall(r"[^\W\d_]+", words)
    others = {"de", "del", "le", "ngay", "am", "den", "er", "st", "nd", "rd", "th", "في", "月", "日", "年"}
    return any(c.isdigit() for c in words) and all(fold(n) in MONTHS or fold(n) in others for n in names)


def _can_sign(place: str, agency: str) -> bool:
    """Whether an unknown name can be an agency's, behind a place that is no beginning of a sentence."""
    return not agency[0].islower() and place.split()[:1] != [] and place.split()[0].lower() not in _PROSE


def _is_place(place: str) -> bool:
    """Whether `place` can be one: few words, a capital where the script has any, no sentence in it."""
    if not place:
        return True
    if place[0].islower() or len(place.split()) > _MAX_PLACE_WORDS or len(place) > 60:
        return False
    if re.search(r"[!?;。！？；؟\"“”«»]", place):
        return False
    ends = [place[: m.end()] for m in re.finditer(r"\.(?=\s)", place)]
    return all(_SHORT_ABBREVIATION.search(part) for part in ends)
