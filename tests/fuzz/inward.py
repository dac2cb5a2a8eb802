"""The two fuzzers that need no api: files through their readers, records through the consumers."""

from tests.fuzz import files, records
from tests.fuzz.report import Failure, Report

FLEETS_A_MINUTE = 10_000


def run_files(seed: int, seconds: float) -> Report:
    """Changed fleet files, inventories and reports; of fleets at least ten thousand a minute of one processor."""
    found = files.run(seed, seconds=seconds)
    report = Report(seed, notes=list(found.lines()))
    report.tried.update({f"{reader} files": count for reader, count in found.files.items()})
    again = f"python -m tests.fuzz.files --seed {seed}"
    for reader, what, sample in found.failures:
        report.failures.append(Failure(f"{reader} files", what[:80], f"{what}: {sample!r}", again))
    if found.per_minute("fleet") < FLEETS_A_MINUTE:
        slow = f"{found.per_minute('fleet'):.0f} a minute"
        report.failures.append(Failure("fleet files", "too slow", slow, again))
    return report


def run_records(seed: int, seconds: float) -> Report:
    """Changed records of every topic, through the consumers of every service."""
    found = records.run(seed, seconds)
    report = Report(seed, notes=[f"slowest slice of records: {found.slowest_s:.2f} s of CPU"])
    report.tried["records"] = found.records
    again = f"python -m tests.fuzz.records --seed {seed}"
    report.failures += [Failure("records", failure[:60], failure, again) for failure in found.failures]
    return report
