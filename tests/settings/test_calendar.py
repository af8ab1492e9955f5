from datetime import date, timedelta

import pytest

from digest.model.errors import AskedWrongly
from digest.settings.calendar import holidays_on


def test_holidays_of_several_countries_come_by_date_with_their_names() -> None:
    found = holidays_on(["SE", "DE-BY"], date(2026, 6, 1), date(2026, 6, 30))

    assert dict(found) == {
        date(2026, 6, 4): "Corpus Christi",
        date(2026, 6, 6): "National Day",
        date(2026, 6, 20): "Midsummer Day",
    }


def test_a_span_over_the_turn_of_the_year_has_both_years() -> None:
    found = holidays_on(["SE"], date(2026, 12, 26), date(2027, 1, 1))

    assert list(found) == [date(2026, 12, 26), date(2027, 1, 1)]


def test_an_ordinary_sunday_is_no_holiday() -> None:
    sundays = [date(2026, 1, 4) + timedelta(weeks=n) for n in range(52)]

    found = holidays_on(["SE", "NO"], date(2026, 1, 1), date(2026, 12, 31))

    assert len([day for day in sundays if day in found]) < 4


def test_no_country_means_no_holidays_and_no_calendar() -> None:
    assert holidays_on([], date(2026, 1, 1), date(2026, 12, 31)) == {}


@pytest.mark.parametrize("code", ["XX", "SE-99"])
def test_a_country_without_a_calendar_is_told(code: str) -> None:
    with pytest.raises(AskedWrongly, match=f"{code}: no calendar"):
        holidays_on([code], date(2026, 1, 1), date(2026, 1, 2))
