"""How often a digest comes, in the words of a reader's language."""

from digest.model.cadence import Cadence
from digest.model.digest import Digest
from digest.web.tongue import Speech

_WEEKDAYS, _WEEKEND, _ALL = frozenset(range(5)), frozenset({5, 6}), frozenset(range(7))
_EVERY_DATE, _EVERY_MONTH = frozenset(range(1, 32)), frozenset(range(1, 13))
#: More times a day than these are not listed.
_FEW = 4


def rhythm(digest: Digest, speech: Speech) -> str:
    """Return `on weekdays at 07:00`."""
    days = _days(digest.cadence, speech)
    times = digest.cadence.times[:_FEW]
    return speech.say("at_times", days=days, times=speech.several(map(speech.hour, times)))


def where_the_clock_hangs(digest: Digest, speech: Speech) -> str:
    """Return `Stockholm time`, or `your own time`; `UTC` for a zone that is no place."""
    if digest.in_reader_timezone:
        return speech.say("your_time")
    zone = digest.timezone.key
    return speech.say("in_zone", city=speech.city(zone)) if "/" in zone and zone[:4] != "Etc/" else zone


def _days(cadence: Cadence, speech: Speech) -> str:
    dated = cadence.days != _EVERY_DATE
    if cadence.months != _EVERY_MONTH or (dated and cadence.weekdays != _ALL):
        return speech.say("on_some_days")
    if dated:
        return speech.say("on_dates", days=speech.several(map(str, sorted(cadence.days))))
    for known, key in ((_ALL, "every_day"), (_WEEKDAYS, "on_weekdays"), (_WEEKEND, "on_weekends")):
        if cadence.weekdays == known:
            return speech.say(key)
    names = (speech.say(f"day_{number}") for number in sorted(cadence.weekdays))
    return speech.say("on_days", days=speech.several(names))
