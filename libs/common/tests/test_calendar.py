"""Days begin and end in Paris, also where the hour changes; instants are UTC."""

from datetime import UTC, date, datetime, timedelta

import pytest
from filiere.calendar import PARIS, bounds, clock_at, day_of, months_before, now, start_of, today
from hypothesis import given
from hypothesis import strategies as st

SPRING, AUTUMN = date(2026, 3, 29), date(2026, 10, 25)
DAYS = st.dates(date(1970, 1, 2), date(2200, 1, 1))


def test_half_past_midnight_in_paris_is_already_the_new_day() -> None:
    with clock_at(datetime(2026, 7, 1, 0, 30, tzinfo=PARIS)):
        assert now() == datetime(2026, 6, 30, 22, 30, tzinfo=UTC)
        assert today() == date(2026, 7, 1)
    with clock_at(datetime(2026, 12, 31, 23, 30, tzinfo=UTC)):
        assert today() == date(2027, 1, 1)


def test_the_clock_goes_on_after_a_test_held_it() -> None:
    with clock_at(datetime(2000, 1, 1, tzinfo=UTC)):
        assert now().year == 2000
    assert now().year > 2000
    assert now().tzinfo is UTC


def test_the_days_of_the_change_of_hour_have_23_and_25_hours() -> None:
    assert bounds(SPRING, SPRING) == (
        datetime(2026, 3, 28, 23, tzinfo=UTC),
        datetime(2026, 3, 29, 22, tzinfo=UTC),
    )
    assert bounds(AUTUMN, AUTUMN) == (
        datetime(2026, 10, 24, 22, tzinfo=UTC),
        datetime(2026, 10, 25, 23, tzinfo=UTC),
    )


@given(DAYS)
def test_a_day_is_what_lies_between_its_bounds(day: date) -> None:
    start, end = bounds(day, day)
    assert start.tzinfo is UTC
    assert day_of(start) == day_of(end - timedelta(microseconds=1)) == day
    assert day_of(start - timedelta(microseconds=1)) < day < day_of(end)
    assert end == start_of(day + timedelta(days=1))


@pytest.mark.parametrize(
    ("day", "months", "before"),
    [
        (date(2026, 11, 23), 12, date(2025, 11, 23)),
        (date(2024, 2, 29), 12, date(2023, 2, 28)),
        (date(2026, 3, 31), 1, date(2026, 2, 28)),
        (date(2026, 1, 15), 1, date(2025, 12, 15)),
    ],
)
def test_months_ago_is_the_same_day_or_the_last_of_the_month(day: date, months: int, before: date) -> None:
    assert months_before(day, months) == before
