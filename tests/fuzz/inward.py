"""The fuzzer that needs no api: records through the consumers."""

from tests.fuzz import records
from tests.fuzz.report import Failure, Report


def run_records(seed: int, seconds: float) -> Report:
    """Changed records of every topic, through the consumers of every service."""
    found = records.run(seed, seconds)
    report = Report(seed, notes=[f"slowest slice of records: {found.slowest_s:.2f} s of CPU"])
    report.tried["records"] = found.records
    again = f"python -m tests.fuzz.records --seed {seed}"
    report.failures += [Failure("records", failure[:60], failure, again) for failure in found.failures]
    return report
