"""Mutated inventories through each reader: a few with the default tests, some thousand with the slow ones."""

import json
import os

import pytest
from filiere.inventories.values import Unreadable
from filiere.testing.inventories import FILES

from tests.fuzz import inventories

MUTATED = int(os.environ.get("FILIERE_MUTATED_INVENTORIES", "2000"))


@pytest.mark.parametrize("reader", FILES)
def test_a_few_mutations_are_read_or_refused(reader: str) -> None:
    report = inventories.run(reader, seed=20261201, count=150)
    assert report.failures == []
    assert 0 < report.refused < report.files or report.refused == 0


@pytest.mark.slow
@pytest.mark.parametrize("reader", FILES)
def test_thousands_of_mutations_cost_no_more_than_a_file_may(reader: str) -> None:
    """A million: `python -m tests.fuzz.inventories --count 1000000`, which was run for lsblk and tec.tech so far."""
    report = inventories.run(reader, seed=20261202, count=MUTATED)
    assert report.failures == []
    assert report.slowest_s < inventories.MOST_SECONDS


def test_what_it_looks_for_it_finds(monkeypatch: pytest.MonkeyPatch) -> None:
    """A reader that falls over, one that refuses without a word, and a copy that says something else."""

    def fails(raw: bytes) -> None:
        json.loads(raw)["class"]["x"]

    monkeypatch.setattr(inventories, "check", fails)
    with pytest.raises(TypeError):
        inventories.run("lshw", 1, 3)
    monkeypatch.undo()
    monkeypatch.setattr(inventories, "copy_of", lambda raw: FILES["lsblk"])
    with pytest.raises(AssertionError, match="says something else"):
        inventories.check(FILES["lshw"])
    monkeypatch.undo()
    monkeypatch.setattr(inventories, "read", lambda raw: (_ for _ in ()).throw(Unreadable("")))
    with pytest.raises(AssertionError):
        inventories.check(FILES["lshw"])
