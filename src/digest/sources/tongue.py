"""Which language a text is written in, when nobody says.

Script and function words decide at once for the languages that newsrooms most often
write; py3langid, which takes most of a second to load, is asked only when they don't.
"""

import re
import unicodedata
from functools import cache

from digest.model.text import primary

#: Function words that few other languages share, by language.
_WORDS = {
    "en": "the and of to is was were that with for on has have will from by this which",
    "fr": "le la les des une est dans pour qui que sur avec par du au aux et pas plus ses cette",
    "es": "el los las una es en que por con para del se su al y más esta como",
    "pt": "o os as uma é em que por com para do da dos das não ao e mais sua pela",
    "it": "il gli una è di che per con del della dei delle non si alla nel e più sono",
    "de": "der die das und ist nicht mit für von dem den ein eine auf im zu des sich wird auch",
    "nl": "de het een en van is niet met voor dat op te zijn door aan wordt bij ook",
    "sv": "och att det som en är på för av med den till inte har ett om från de också",
    "da": "og at det er en på for af med den til ikke har et om fra de også der",
    "nb": "og å det er en på for av med den til ikke har et om fra de også som",
    "fi": "ja on ei että se oli mutta myös ovat kun hän joka sekä mukaan",
    "pl": "i w na z się do nie jest że to jak o po przez oraz dla",
    "id": "yang dan di dengan untuk pada dari ini itu dalam tidak adalah akan oleh telah",
    "tr": "ve bir bu için ile olarak da de daha çok olan ise gibi kadar",
}
_FUNCTION_WORDS = {language: frozenset(words.split()) for language, words in _WORDS.items()}
_VIETNAMESE = re.compile(r"[ơưđ\u1ea0-\u1ef9]")
_SCRIPTS = (
    ("ja", re.compile(r"[\u3040-\u30ff]")),
    ("ko", re.compile(r"[\uac00-\ud7af]")),
    ("zh", re.compile(r"[\u4e00-\u9fff]")),
    ("th", re.compile(r"[\u0e00-\u0e7f]")),
    ("lo", re.compile(r"[\u0e80-\u0eff]")),
    ("km", re.compile(r"[\u1780-\u17ff]")),
    ("my", re.compile(r"[\u1000-\u109f]")),
    ("el", re.compile(r"[\u0370-\u03ff]")),
    ("he", re.compile(r"[\u0590-\u05ff]")),
    ("hy", re.compile(r"[\u0530-\u058f]")),
    ("ka", re.compile(r"[\u10a0-\u10ff]")),
)
_CYRILLIC, _ARABIC = re.compile(r"[\u0400-\u04ff]"), re.compile(r"[\u0600-\u06ff]")
#: Labels that py3langid prefers over what a newsroom means.
_MEANT = {"pcm": "en", "yue": "zh", "no": "nb", "nn": "nb", "wuu": "zh"}
_MAX_CHARACTERS = 4_000
_MIN_CHARACTERS = 20
#: Less than a sentence is a guess for py3langid, too.
_MIN_ASKED = 80


def normalise(tag: str) -> str:
    """Return a BCP 47 tag as it should be written, `en-US` for `en_us`; empty when it is none."""
    parts = re.split(r"[-_]", tag.strip())
    if not re.fullmatch(r"[A-Za-z]{2,3}", parts[0]):
        return ""
    out = [parts[0].lower()]
    for part in parts[1:]:
        if re.fullmatch(r"[A-Za-z]{4}", part):
            out.append(part.title())
        elif re.fullmatch(r"[A-Za-z]{2}|\d{3}", part):
            out.append(part.upper())
        elif re.fullmatch(r"[A-Za-z0-9]{5,8}", part):
            out.append(part.lower())
        else:
            break
    return "-".join(out)


def detect(text: str) -> str:
    """Return the primary subtag of the language of the plain `text`; empty when there is too little of it."""
    text = unicodedata.normalize("NFC", text[:_MAX_CHARACTERS]).lower()
    letters = sum(1 for character in text if character.isalpha())
    for language, script in _SCRIPTS:
        if len(script.findall(text)) > 0.25 * max(letters, 1):
            return language
    if letters < _MIN_CHARACTERS:
        return ""
    if len(_ARABIC.findall(text)) > letters / 2:
        return _arabic(text)
    if len(_CYRILLIC.findall(text)) > letters / 2:
        return _cyrillic(text)
    if len(_VIETNAMESE.findall(text)) > letters / 20:
        return "vi"
    return _latin(text) or _asked(text)


def _arabic(text: str) -> str:
    if re.search(r"[ٹڈڑں]", text):
        return "ur"
    return "fa" if len(re.findall(r"[پچژگ]", text)) > 2 else "ar"


def _cyrillic(text: str) -> str:
    if re.search(r"[іїєґ]", text) and not re.search(r"[ыэ]", text):
        return "uk"
    if re.search(r"[ыэ]", text) and not re.search(r"[іїўқғңөүұһӣ]", text):
        return "ru"
    return _asked(text)


def _latin(text: str) -> str:
    """Return the language whose function words clearly lead; empty when none does."""
    tokens = re.findall(r"[^\W\d_]+", text)
    if len(tokens) < 8:
        return ""
    counts = sorted(
        ((sum(1 for t in tokens if t in known), language) for language, known in _FUNCTION_WORDS.items()),
        reverse=True,
    )
    (most, first), (second, _) = counts[0], counts[1]
    return first if most >= max(3, len(tokens) // 8) and most >= 1.4 * second else ""


def _asked(text: str) -> str:
    if sum(1 for character in text if character.isalpha()) < _MIN_ASKED:
        return ""
    language = str(_classifier()(text)[0])
    return _MEANT.get(primary(language), language)


@cache
def _classifier():  # type: ignore[no-untyped-def]  # py3langid has no types
    import py3langid

    return py3langid.classify
