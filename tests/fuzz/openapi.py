"""schemathesis with all its checks against one service, every request as somebody else."""

import json
import os
import re
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from tests.access.world import subject
from tests.fuzz import ANONYMOUS, PEOPLE_FILE
from tests.fuzz.report import Failure, Report
from tests.fuzz.served import LOGS_OUT, Ground

ROOT = Path(__file__).parents[2]
# Well-formed values that a rule of the domain refuses get 422 too: a SIREN with a wrong check digit, say.
_ACCEPTED = ["2xx", "3xx", "401", "403", "404", "409", "422"]
_LEAST_S = 15  # less is over before the first request
_REFUSED = ["400", "401", "403", "404", "405", "409", "413", "415", "422"]

# What is found where a word stands beside an id, and no fault: asked for, the word is an id that is none (422), and
# OPTIONS names the methods of both.
_BESIDE_AN_ID = ("ST204 Wrong response to undeclared method of ", "ST205 Allow header mismatch of ")
# "Created resource not found": each request comes from somebody else, for whom what one has made does not exist.
_NOT_ASKED = "ensure_resource_availability"


def run(ground: Ground, seed: int, seconds: float) -> Report:
    """Runs `st` once; its report is read back. Who called is in each request's `x-fuzz-as`."""
    report = Report(seed)
    part = f"openapi of {ground.service.name}"
    with tempfile.TemporaryDirectory(prefix="filiere-fuzz-", ignore_cleanup_errors=True) as name:
        folder = Path(name)
        (folder / "people.json").write_text(json.dumps(_people(ground, folder)))
        (folder / "schemathesis.toml").write_text(_configuration(ground))
        found = folder / "report.json"
        command = [
            str(Path(sys.executable).parent / "st"),
            "--config-file", str(folder / "schemathesis.toml"),
            "run", f"{ground.address}/api/openapi.json",
            "--exclude-path", LOGS_OUT,
            "--checks", "all", "--exclude-checks", _NOT_ASKED,
            "--mode", "all", "--continue-on-failure", "--max-failures", "1000",
            "--seed", str(seed), "--max-time", str(max(_LEAST_S, int(seconds))),
            "--generation-database", "none", "--output-sanitize", "false", "--no-color", "--request-timeout", "60",
            "--report", "json", "--report-json-path", str(found),
        ]  # fmt: skip
        environment = {**os.environ, PEOPLE_FILE: str(folder / "people.json"), "PYTHONPATH": str(ROOT)}
        done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
        if not found.exists():
            report.failures.append(Failure(part, "schemathesis did not run", done.stdout[-2000:] + done.stderr, ""))
            return report
        said = json.loads(found.read_text())
        callers: Counter[str] = Counter(json.loads((folder / "callers.json").read_text()))
    report.tried[part] = callers.total()
    if not callers:
        report.failures.append(Failure(part, "schemathesis asked nothing", done.stdout[-1000:], " ".join(command)))
    report.notes.append(f"{part}: {', '.join(f'{name} {count}' for name, count in sorted(callers.items()))}")
    found_by_st, errors = failures(part, done.stdout), _errors(part, said)
    words = words_beside_an_id(rule.path for rule in ground.matrix if rule.is_api)
    report.failures += [*(one for one in found_by_st if not by_design(one, words)), *errors]
    if done.returncode not in (0, 1) or (done.returncode == 1 and not (found_by_st or errors)):
        report.failures.append(Failure(part, "schemathesis gave up", done.stdout[-3000:], " ".join(command)))
    return report


def words_beside_an_id(paths: Iterable[str]) -> set[str]:
    """`/donations/imports`, where there is `/donations/{donation_id}` too."""
    paths = set(paths)
    patterns = [re.compile(re.sub(r"{\w+}", "[^/]+", path)) for path in paths if "{" in path]
    return {path for path in paths if "{" not in path and any(pattern.fullmatch(path) for pattern in patterns)}


def by_design(failure: Failure, words: set[str]) -> bool:
    return failure.kind.startswith(_BESIDE_AN_ID) and failure.kind.rpartition(" ")[2] in words


def _people(ground: Ground, folder: Path) -> dict[str, Any]:
    rules = {rule.name: [subject(role) for role in sorted(rule.roles)] for rule in ground.matrix if rule.is_api}
    return {
        "pid": ground.pid,
        "callers": str(folder / "callers.json"),
        "tokens": {name: person.token for name, person in ground.people.items() if name != ANONYMOUS},
        "may": rules,
        "ids": ground.ids,
    }


def _configuration(ground: Ground) -> str:
    known = "\n".join(f'{name} = {{ values = ["{value}"] }}' for name, value in ground.ids.items())
    bound = "\n".join(f'"path.{name}" = {{ dictionary = "{name}", probability = 0.8 }}' for name in ground.ids)
    return f"""
hooks = "tests.fuzz.hooks"
[dictionaries]
{known}
[parameters]
{bound}
[checks]
positive_data_acceptance.expected-statuses = {_ACCEPTED}
negative_data_rejection.expected-statuses = {_REFUSED}
"""


def failures(part: str, output: str) -> list[Failure]:
    """The section FAILURES of what `st` prints: per operation, per check, the answer and a curl line."""
    section = output.partition("= FAILURES =")[2]
    section = re.split(r"(?m)^=+ (?:WARNINGS|SUMMARY|ERRORS) =+$", section)[0]
    found = []
    for block in re.split(r"(?m)^_{3,} (?=[A-Z]+ )", section)[1:]:
        operation = block.partition(" _")[0]
        for example in re.split(r"(?m)^\d+\. Test Case ID: ", block)[1:]:
            titles = re.findall(r"(?m)^- (.+)$", example)
            told, _, again = example.partition("Reproduce with:")
            curl = re.sub(r"Bearer [\w.-]{40,}", "Bearer $TOKEN", again.strip().partition("\n\n")[0].strip())
            detail = " ".join(told.split())[:700]
            found += [Failure(part, f"{title} of {operation}", detail, curl[:2000]) for title in titles or ["failed"]]
    return found


def _errors(part: str, said: dict[str, Any]) -> list[Failure]:
    return [Failure(part, "schemathesis error", json.dumps(each)[:700], "") for each in said.get("errors", [])]
