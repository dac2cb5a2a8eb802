"""The page that tells what was done and what was seen."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from tests.faults.evidence import Evidence
from tests.faults.history import Operation
from tests.faults.promises import PROMISES

AUDIT = "the product's own audit"
_SENTENCES = 20  # of a broken promise


@dataclass
class Run:
    """Everything the page speaks of."""

    command: str
    seed: int
    infra: str
    workers: int
    seconds: float
    settled_s: float
    faults: Mapping[str, int]
    skipped: Mapping[str, int]
    operations: Sequence[Operation]
    counts: str
    evidence: Evidence
    broken: Mapping[str, list[str]]
    missing: list[str] = field(default_factory=list)  # what this machine did not allow
    deaths: list[str] = field(default_factory=list)  # of processes that nobody killed

    @property
    def ok(self) -> bool:
        return not self.broken


def page(run: Run) -> str:
    """Markdown."""
    verdict = "every promise held" if run.ok else f"{len(run.broken)} promises BROKEN"
    lines = [
        f"# Under fire: {verdict}",
        "",
        f"`{run.command}`",
        "",
        f"Three services, {run.workers} worker(s) each, PostgreSQL 18 and {run.infra}. Load and faults for "
        f"{run.seconds:.0f} s (seed {run.seed}), then {run.settled_s:.0f} s until nothing was on its way. "
        f"{sum(run.faults.values())} faults, {len(run.operations)} operations, {_records(run)}.",
        "",
        *[f"Not done here: {sentence}" for sentence in run.missing],
        "",
        "## Promises",
        "",
        "| promise | verdict |",
        "|---|---|",
        *[f"| {name} | {_verdict(run, name)} |" for name in (*PROMISES, AUDIT)],
        "",
        *_broken(run),
        "## Faults",
        "",
        "| fault | inflicted | nothing to do it to |",
        "|---|---|---|",
        *[f"| {kind} | {run.faults[kind]} | {run.skipped.get(kind, 0) or ''} |" for kind in sorted(run.faults)],
        "",
        "## Operations",
        "",
        "Acknowledged, refused, or of unknown outcome (no answer within the person's patience, or a refusal after an "
        "attempt without an answer). Every repetition bears the same idempotency key.",
        "",
        "| operation | ok | refused | unknown | sent again | longest wait for the answer, s |",
        "|---|---|---|---|---|---|",
        *_operations(run.operations),
        "",
        f"Longest time without any acknowledged operation: {_longest_silence(run):.1f} s. {run.counts}",
        "",
        f"Processes that ended by themselves and were started again: {len(run.deaths) or 'none'}.",
        "",
        *[f"- {sentence}" for sentence in run.deaths],
        *([""] if run.deaths else []),
        "## What was compared",
        "",
        *_compared(run.evidence),
        "",
    ]
    return "\n".join(lines)


def _records(run: Run) -> str:
    sent = sum(len(rows) for rows in run.evidence.sent.values())
    copies = len(run.evidence.seen) - len({record.id for record in run.evidence.seen})
    poison = len(run.evidence.poison)
    return f"{sent} events, {copies} of them found more than once on their topic, {poison} poisoned records among them"


def _verdict(run: Run, name: str) -> str:
    return f"**broken {len(run.broken[name])} times**" if name in run.broken else "held"


def _broken(run: Run) -> list[str]:
    lines = []
    for name, sentences in run.broken.items():
        lines += [f"### {name}", "", *[f"- {sentence}" for sentence in sentences[:_SENTENCES]], ""]
        if len(sentences) > _SENTENCES:
            lines += [f"… and {len(sentences) - _SENTENCES} more.", ""]
    return lines


def _operations(operations: Sequence[Operation]) -> list[str]:
    by_name: dict[str, list[Operation]] = defaultdict(list)
    for operation in operations:
        by_name[operation.name].append(operation)
    lines = []
    for name, each in sorted(by_name.items()):
        outcomes = Counter(operation.outcome for operation in each)
        again = sum(operation.attempts > 1 for operation in each)
        longest = max((one.ended - one.began for one in each if one.ended is not None), default=0.0)
        counts = " | ".join(str(outcomes[outcome]) for outcome in ("ok", "fail", "unknown"))
        lines.append(f"| {name} | {counts} | {again} | {longest:.1f} |")
    return lines


def _longest_silence(run: Run) -> float:
    moments = sorted(one.ended for one in run.operations if one.outcome == "ok" and one.ended is not None)
    return max((later - earlier for earlier, later in pairwise(moments)), default=0.0)


def _compared(found: Evidence) -> list[str]:
    lines = ["| service | events sent | events claimed | rows |", "|---|---|---|---|"]
    for name, tables in sorted(found.rows.items()):
        rows = ", ".join(f"{len(each)} {what}" for what, each in tables.items())
        lines.append(f"| {name} | {len(found.sent[name])} | {len(found.claimed[name])} | {rows} |")
    marks = sum(len(operation.marks) for operation in found.operations)
    return [*lines, "", f"{len(found.seen)} records read back from the topics; {marks} effects looked for."]
