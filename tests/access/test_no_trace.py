"""A refusal leaves no trace: every route that writes is refused in many ways, and the database stays as it was."""

import ast
import importlib
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import filiere.web
import pytest
from filiere.database import Database
from filiere.identifiers import uuid7
from filiere.service import installed_services
from filiere.testing.sql import rows
from filiere.web import DomainError, Role

from .matrix import Matrix, Rule
from .visitors import Visitors
from .world import TENANT_ROLES, World, subject

pytestmark = pytest.mark.timeout(600)


async def fingerprint(database: Database) -> dict[str, str]:
    """Table → a hash over all of its rows, of every table of the service but who was last seen when."""
    found = await rows(database, "SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
    names = [name for (name,) in found if name != "person"]
    each = " UNION ALL ".join(
        f"SELECT '{name}', md5(coalesce(string_agg(t::text, '|' ORDER BY t::text), '')) FROM \"{name}\" t"
        for name in names
    )
    return {row[0]: row[1] for row in await rows(database, each)}


def ways(rule: Rule, matrix: Matrix, world: World) -> Iterator[tuple[str, str, Any]]:
    """(what is wrong, address, body) of requests that a route may refuse."""
    path = world.path(rule.path, rule.parameters)
    valid = matrix.body(rule, world)
    if rule.name in matrix.refused:
        yield "what a rule refuses", path, matrix.refused[rule.name](world)
    yield "nothing", path, {}
    yield "an unknown field", path, {"no_such_field": "1"}
    for name in rule.parameters:
        other = dict(world.ids) | {name: "unknown" if name in ("label", "tier", "serial", "campaign") else str(uuid7())}
        elsewhere = rule.path
        for each in rule.parameters:
            elsewhere = elsewhere.replace(f"{{{each}}}", other[each])
        yield f"an unknown {name}", elsewhere, valid
    if isinstance(valid, dict):
        for field in valid:
            if field != "files":
                yield f"nonsense as {field}", path, {**valid, field: "-1 \ufffd"}
        yield "long texts", path, {field: value if field == "files" else "x" * 10_000 for field, value in valid.items()}
    # The second time, the state that the first one made may forbid it.
    yield "what it takes", path, valid
    yield "the same again", path, valid


@pytest.mark.slow
async def test_a_refused_request_leaves_the_whole_database_as_it_was(
    world: World, matrix: Matrix, database: Database
) -> None:
    visitors = Visitors(world, matrix)
    faults, never_refused = [], []
    before = await fingerprint(database)
    for rule in matrix:
        if rule.public or rule.method == "GET":
            continue
        refusals = 0
        callers = [subject(role, side) for role in sorted(rule.roles or set(Role)) for side in sides(role)]
        for who in callers:
            for what, path, body in ways(rule, matrix, world):
                if who != callers[0] and what not in ("what it takes", "what a rule refuses"):
                    continue
                answer = await visitors.send(
                    rule, who, path, body, with_token=True, **{"idempotency-key": str(uuid7())}
                )
                after = await fingerprint(database)
                is_refused = answer.status_code >= 400
                changed = sorted(name for name in after if after[name] != before.get(name))
                # Some pages say no by leading elsewhere, or in the page itself.
                refusals += is_refused or not (rule.is_api or changed)
                if changed and (is_refused or what == "what a rule refuses"):
                    faults.append(f"{rule.name} as {who}, {what}: {answer.status_code} changed {changed}")
                if answer.status_code >= 500:
                    faults.append(f"{rule.name} as {who}, {what}: {answer.text[:200]}")
                before = after
        if not refusals:
            never_refused.append(rule.name)
    assert faults == []
    assert never_refused == [], "nothing was refused here, so nothing is proven"


def once() -> dict[str, str]:
    return {"idempotency-key": str(uuid7())}


def sides(role: Role) -> tuple[str, ...]:
    return ("b", "a") if role in TENANT_ROLES else ("a",)


KIT = Path(filiere.web.__file__).parent


@pytest.mark.parametrize("root", [*(one.root for one in installed_services()), KIT], ids=lambda root: root.name)
def test_only_an_attempt_catches_a_refusal(root: Path) -> None:
    """Whoever catches a refusal by hand may answer as if nothing had been written before it; `attempt` undoes that."""
    package = "filiere.web" if root == KIT else root.name
    faults = []
    for file in sorted(root.rglob("*.py")):
        if file.name in ("__main__.py", "__init__.py"):
            continue
        name = ".".join((package, *file.relative_to(root).with_suffix("").parts))
        module = importlib.import_module(name)
        if not {"WriteSession", "AsyncSession"} & vars(module).keys():
            continue  # nothing is written here: a reader, or a worker whose units of work end inside what it tries
        for handler in ast.walk(ast.parse(file.read_text())):
            if not isinstance(handler, ast.ExceptHandler) or handler.type is None:
                continue
            if ast.unparse(handler.body[-1]) == "raise":
                continue  # it goes on: nobody answers anything
            for kind in handler.type.elts if isinstance(handler.type, ast.Tuple) else [handler.type]:
                found = eval(ast.unparse(kind), vars(module))
                # `except Exception` catches refusals too.
                if issubclass(found, DomainError) or issubclass(DomainError, found):
                    faults.append(f"{name}:{handler.lineno} catches {found.__name__}")
    assert faults == []


def test_only_the_unit_of_work_ends_a_transaction() -> None:
    root = Path(__file__).parents[2]
    inside = root / "libs/common/src/filiere/database"
    files = [*root.glob("services/*/src/**/*.py"), *root.glob("libs/common/src/**/*.py")]
    faults = []
    for file in files:
        if inside in file.parents:
            continue
        if not re.search("rollback|commit", text := file.read_text()):
            continue  # a tree costs ten times as much
        for node in ast.walk(ast.parse(text)):
            if not isinstance(node, ast.Attribute) or node.attr not in ("rollback", "commit"):
                continue
            if "session" in ast.unparse(node.value):
                faults.append(f"{file.relative_to(root)}:{node.lineno}")
    assert files
    assert faults == []
