"""Public holidays, from the `holidays` package, which is imported only when a digest skips them."""

from collections.abc import Iterable, Mapping
from datetime import date

from digest.model.errors import AskedWrongly


def holidays_on(countries: Iterable[str], start: date, end: date) -> Mapping[date, str]:
    """Return the public holidays from `start` to `end`, both included, with their names, by date.

    Names are English where the calendar has them, whatever the language of this machine is.

    Args:
        countries: ISO 3166-1 codes, with an ISO 3166-2 part after a hyphen: `SE`, `DE-BY`.
        start: first date.
        end: last date.

    Raises:
        AskedWrongly: no calendar is known for a country or its part.
    """
    wanted = tuple(dict.fromkeys(countries))
    if not wanted:
        return {}
    import holidays

    found: dict[date, str] = {}
    for code in wanted:
        country, _, part = code.partition("-")
        try:
            calendar = holidays.country_holidays(
                country, subdiv=part or None, years=range(start.year, end.year + 1), language="en_US"
            )
        except NotImplementedError as error:
            raise AskedWrongly(f"{code}: no calendar of public holidays is known for it") from error
        for day, name in calendar.items():
            if start <= day <= end:
                found.setdefault(day, name)
    return dict(sorted(found.items()))
