"""SQL stands in repositories only."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.architecture.statements import statements, tree_of

ROOT = Path(__file__).parents[2]
LIBRARY = ROOT / "libs/common/src/filiere"
# What makes, cleans and watches databases is no use of them; what only tests need is theirs.
BESIDE = [LIBRARY / "database", LIBRARY / "testing", LIBRARY / "embedded"]
SOURCES = [
    file
    for folder in (LIBRARY, *sorted(ROOT.glob("services/*/src")))
    for file in sorted(folder.rglob("*.py"))
    if not any(file.is_relative_to(other) for other in BESIDE)
]
# Without one of these words there is no statement in a file, and no need to take it apart.
MAY_BE_SQL = re.compile(r"SELECT|INSERT|UPDATE|DELETE|LOCK|NOTIFY|LISTEN|Listing")


def is_repository(file: Path) -> bool:
    return file.name == "repository.py" or file.name.endswith("_repository.py")


def outside(files: list[Path]) -> Iterator[str]:
    for file in files:
        if not is_repository(file) and MAY_BE_SQL.search(file.read_text(encoding="utf-8")):
            yield from (f"{file.relative_to(ROOT)}:{line}: {sql[:80]}" for line, sql in statements(tree_of(file)))


def test_only_repositories_write_sql() -> None:
    assert len(SOURCES) > 300
    assert list(outside(SOURCES)) == []


@pytest.mark.parametrize(
    "source",
    [
        'rows = await driver.fetch("SELECT id FROM device")',
        'await driver.execute(f"UPDATE {table} SET stage = $1")',
        'await driver.execute(f"DELETE FROM device WHERE {condition}")',
        'Q = """\\n  INSERT INTO device (id)\\n  VALUES ($1)\\n"""',
    ],
)
def test_the_rule_finds_what_it_is_for(source: str) -> None:
    assert list(statements(ast.parse(source)))


def test_what_speaks_of_sql_is_none() -> None:
    assert (
        list(statements(ast.parse('def f():\n    """SELECT id FROM device, in words."""\n    say("Select one")'))) == []
    )
