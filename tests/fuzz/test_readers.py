"""The run of a million through each reader, in little: it counts what it does, and names what it finds."""

import pytest

from tests.fuzz import files, readers
from tests.fuzz.originals import REPORTS

EACH = 300


def test_it_says_what_it_has_done_after_each_slice(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(readers, "SLICE", 25)
    sums = [(one.inputs, one.holds) for one in readers.passes("hdparm", 60, seed=1)]
    assert sums == [(25, True), (50, True), (60, True)]


def test_a_reader_that_falls_over_or_costs_too_much_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    originals = REPORTS["hdparm"]

    def falls_over(raw: bytes) -> bool:
        if raw in originals:
            return True
        raise ZeroDivisionError

    monkeypatch.setattr(files, "reports", lambda: {"hdparm": originals})
    monkeypatch.setattr(files, "read_report", falls_over)
    [found] = readers.passes("hdparm", 5, seed=1)
    assert not found.holds
    assert len(found.failures) == 5
    assert not readers.Passed("hdparm", slowest_s=readers.MOST_SECONDS + 1).holds
    assert not readers.Passed("hdparm", grown_mb=readers.MOST_MB + 1).holds


@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.parametrize("reader", readers.READERS)
def test_some_hundred_mutations_are_read_or_refused_in_words(reader: str) -> None:
    [found] = readers.passes(reader, EACH, seed=20261201)
    assert found.holds, found.failures[:3]
    assert found.inputs == EACH
