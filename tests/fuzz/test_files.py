"""A short run of the files' fuzzer; the long one is `make fuzz`, and that of the erasure reports here, by number."""

import os

import pytest

from . import files

ERASURES = ("nwipe", "nwipe-pdf", "blancco", "hdparm", "nvme")
# A million for each reader by `FILIERE_MUTATED=5000000`; a run takes some twenty minutes of a processor for a million.
MUTATED = int(os.environ.get("FILIERE_MUTATED", "20000"))


@pytest.mark.slow
def test_a_mutated_file_is_read_or_refused_in_words() -> None:
    report = files.run(seed=20261124, count=1500, only=("fleet", "apart", "inventory"))
    assert report.failures == []
    assert min(report.files.values()) > 50
    assert min(report.files[reader] - report.refused[reader] for reader in report.files) > 50


@pytest.mark.slow
def test_a_mutated_report_of_an_erasure_is_read_or_refused_in_words() -> None:
    report = files.run(seed=20261201, count=2000, only=ERASURES)
    assert report.failures == []
    assert min(report.files[reader] - report.refused[reader] for reader in ERASURES) > 50


@pytest.mark.slow
@pytest.mark.timeout(6 * 3600)
def test_many_mutated_reports_of_erasures_are_read_or_refused_in_words() -> None:
    """Each within 2 s of processor time and 200 MB, and only a refusal in words comes out."""
    report = files.run(seed=20261202, count=MUTATED, only=ERASURES)
    assert report.failures == []
    assert sum(report.files.values()) == MUTATED
