"""A short run of the files' fuzzer; the long one is `make fuzz`."""

from . import files


def test_a_mutated_file_is_read_or_refused_in_words() -> None:
    report = files.run(seed=20261124, count=1500)
    assert report.failures == []
    assert min(report.files.values()) > 50
    assert min(report.files[reader] - report.refused[reader] for reader in report.files) > 50
