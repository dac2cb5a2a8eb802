"""Rules of the house that import-linter cannot see: read from the sources."""

import ast
import graphlib
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import grimp
import pytest

ROOT = Path(__file__).parents[1]
CALENDAR = ROOT / "libs/common/src/filiere/calendar.py"
SOURCES = [
    file
    for folder in ("libs/common/src", "services/collect/src", "services/refurbish/src", "services/distribute/src")
    for pattern in ("*.py", "*.sql")
    for file in sorted((ROOT / folder).rglob(pattern))
] + sorted((ROOT / "deploy/embedded/src").rglob("*.py"))

ANOTHER_CLOCK = re.compile(
    r"datetime\.now\(|datetime\.utcnow\(|datetime\.today\(|date\.today\(|ZoneInfo\(|Europe/Paris"
)
# A day, a month or a year that PostgreSQL cuts in the time zone of its session, or by its own clock.
ANOTHER_CALENDAR = re.compile(
    r"\bcurrent_date\b|\blocaltime(stamp)?\b|now\(\)\s*::|now\(\) AT TIME ZONE|now\(\)\.date\(\)"
    r"|_(at|on)\s*[<>]=?\s*\$\d+::date|_at::(date|timestamp)\b|date_trunc\('(?!.*AT TIME ZONE)|date_part\('",
    re.IGNORECASE,
)
LISTING = ROOT / "libs/common/src/filiere/database/listing.py"
# A text that somebody typed, taken as a pattern: `%` finds everything.
LIKE = re.compile(r"\bI?LIKE (?:\$|\{|'|%)|\bI?LIKE$|\bSIMILAR TO\b|\s!?~\*? \$\d")
MAY_LIKE = re.compile(r"LIKE|SIMILAR TO|~\*? \$")  # without it a file need not be taken apart
FOR_CONTAINS = re.compile(r"\bI?LIKE \{\}")
ORDERING = frozenset({"max", "min", "sorted", "sort"})
# An upsert that asks which row is newer: what comes from a log comes in its order (decision 0026).
KEEPS_THE_NEWER = re.compile(r"[<>]=?\s*excluded\.|excluded\.\w+\s*[<>]", re.IGNORECASE)
# A test that plays only the simplest value hypothesis knows; `filiere.testing.drawing` draws one that is not.
DRAWS_NOTHING = re.compile(r"max_examples=1\b")


def uses(pattern: re.Pattern[str], files: list[Path]) -> Iterator[str]:
    for file in files:
        for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), start=1):
            if pattern.search(line):
                yield f"{file.relative_to(ROOT)}:{number}: {line.strip()}"


def test_there_is_one_clock() -> None:
    assert list(uses(ANOTHER_CLOCK, [file for file in SOURCES if file != CALENDAR])) == []


def test_days_are_cut_by_the_calendar_alone() -> None:
    assert list(uses(ANOTHER_CALENDAR, [file for file in SOURCES if file != CALENDAR])) == []


@pytest.mark.parametrize(
    "line",
    [
        "at = datetime.now(UTC)",
        "until = date.today()",
        "WHERE r.reserved_at >= $1::date",
        "date_trunc('month', handed_over_at)",
        "SELECT current_date",
        "full_day(now().date())",
        "(now() AT TIME ZONE 'Europe/Paris')::date",
        "GROUP BY ready_at::date",
    ],
)
def test_the_rule_finds_what_it_is_for(line: str) -> None:
    assert ANOTHER_CLOCK.search(line) or ANOTHER_CALENDAR.search(line)


def compares_clocks(source: str) -> Iterator[int]:
    """Lines that compare `occurred_at`, or order by it: it is the clock of whoever wrote the event."""
    if "occurred_at" not in source:  # most files: a look into each tree costs a second
        return
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Compare | ast.Call):
            continue
        named = {_name(part) for part in ast.walk(node)}
        orders = isinstance(node, ast.Compare) or _name(node.func) in ORDERING
        if orders and "occurred_at" in named:
            yield node.lineno


def _name(node: ast.AST) -> str:
    return str(getattr(node, "id", getattr(node, "attr", "")))


def test_no_clock_orders_events() -> None:
    python = [file for file in SOURCES if file.suffix == ".py"]
    found = [
        f"{file.relative_to(ROOT)}:{line}"
        for file in python
        for line in compares_clocks(file.read_text(encoding="utf-8"))
    ]
    assert found + list(uses(KEEPS_THE_NEWER, SOURCES)) == []


@pytest.mark.parametrize(
    "line",
    [
        "if known.occurred_at < event.occurred_at: pass",
        "if newest[key].updated_at <= event.occurred_at: pass",
        "at = max(event.occurred_at for event in heard)",
        "for event in sorted(heard, key=lambda one: one.occurred_at): pass",
        "heard.sort(key=lambda one: one.occurred_at)",
    ],
)
def test_the_rule_finds_clocks_that_order(line: str) -> None:
    assert list(compares_clocks(line))
    assert not list(compares_clocks("put(event.occurred_at)"))


def bare_likes(source: str) -> Iterator[int]:
    """Lines of SQL that look for a text as a pattern: neither a condition for `Where.contains` nor beside `literal`."""
    if not MAY_LIKE.search(source):
        return
    tree = ast.parse(source)
    escaping = [
        function
        for function in ast.walk(tree)
        if isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef)
        and any(isinstance(call, ast.Call) and _name(call.func) == "literal" for call in ast.walk(function))
    ]
    sound = {node for function in escaping for node in ast.walk(function)}
    added = {
        node
        for call in ast.walk(tree)
        if isinstance(call, ast.Call) and _name(call.func) in ("add", "Where")
        for node in ast.walk(call)
    }
    for node in ast.walk(tree):
        if not isinstance(node, ast.Constant) or not isinstance(node.value, str) or node in sound:
            continue
        if LIKE.search(node.value) and (node in added or not FOR_CONTAINS.search(node.value)):
            yield node.lineno


def test_whoever_looks_for_a_text_takes_it_literally() -> None:
    python = [file for file in SOURCES if file.suffix == ".py" and file != LISTING]
    assert [f"{file.relative_to(ROOT)}:{line}" for file in python for line in bare_likes(file.read_text())] == []


@pytest.mark.parametrize(
    "line",
    [
        "driver.fetch('SELECT id FROM relais WHERE name ILIKE $1', f'%{q}%')",
        "wanted.add('name ILIKE {}', q)",
        "Where('name ILIKE {}', q)",
        "Q = f'SELECT 1 FROM {T} WHERE label LIKE $1'",
        'Q = "name SIMILAR TO $1"',
        "Q = 'name ~* $1'",
    ],
)
def test_the_rule_finds_patterns(line: str) -> None:
    assert list(bare_likes(line))
    assert not list(bare_likes("wanted.contains('', q, 'name ILIKE {}')"))
    assert not list(bare_likes("def f(q):\n fetch('name LIKE $1', literal(q))"))


def test_no_property_draws_the_simplest_value_alone() -> None:
    tests = [file for folder in ("tests", "services", "libs", "deploy") for file in (ROOT / folder).rglob("test_*.py")]
    assert list(uses(DRAWS_NOTHING, [file for file in tests if file != Path(__file__)])) == []


@pytest.mark.slow  # a process that loads all there is: three seconds
def test_what_runs_never_loads_what_only_migrations_need() -> None:
    """SQLAlchemy and Alembic are 22 MB and most of a second in each process that loads them."""
    loads = (
        "import sys, filiere.cli, filiere.worker, filiere.web.server;"
        "from filiere.service import installed_services;"
        "[(service.routers(), service.background()) for service in installed_services()];"
        "print(sorted({name.split('.')[0] for name in sys.modules} & {'sqlalchemy', 'alembic'}))"
    )
    found = subprocess.run([sys.executable, "-c", loads], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"


@pytest.mark.parametrize("package", ["filiere", "collect", "refurbish", "distribute", "stack"])
def test_no_files_import_one_another_in_a_circle(package: str) -> None:
    """A package's own `__init__` gathers names for readers elsewhere: it is not looked at."""
    graph = grimp.build_graph(package, cache_dir=None)
    packages = {module for module in graph.modules if graph.find_children(module)}
    order = graphlib.TopologicalSorter(
        {file: graph.find_modules_directly_imported_by(file) - packages for file in graph.modules - packages}
    )
    try:
        order.prepare()
    except graphlib.CycleError as error:
        pytest.fail(" → ".join(error.args[1]))
