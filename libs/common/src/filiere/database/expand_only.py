"""A migration may only add: the release before must go on working on the new schema, and the new one on the old data.

During a rolling update both releases run at once, and a rollback of the code must not need one of the schema. So a
change takes two releases: expand (add what the new code needs, everything optional or with a default), and later
contract (drop what no running release uses any more). A contracting migration says so, with its reason, in a
module-level constant `CONTRACTS`; everything else that could break older code is refused here by reading the file.
"""

import ast
import re
from collections.abc import Iterator

_DROPS = {"drop_table", "drop_column", "drop_constraint"}
_RENAMES = {"rename_table"}
_STATEMENT = re.compile(
    r"\b(DROP\s+(TABLE|COLUMN)|RENAME\s+(TO|COLUMN)|SET\s+NOT\s+NULL|ALTER\s+COLUMN\s+\S+\s+TYPE)\b", re.I
)
_CONTRACTS = "CONTRACTS"
_INDEX = "index_concurrently"


def objections(source: str, sql: str = "") -> list[str]:
    """Sentences with line numbers; none when older code cannot notice this migration's `upgrade`.

    `sql`: the statements that stand in a file beside it.
    """
    module = ast.parse(source)
    may_drop = any(
        isinstance(node, ast.Assign) and any(isinstance(t, ast.Name) and t.id == _CONTRACTS for t in node.targets)
        for node in module.body
    )
    beside = [
        f"line {number} of its SQL: {found[0]}: by hand as little as by alembic"
        for number, line in enumerate(sql.splitlines(), 1)
        if (found := _STATEMENT.search(line.partition("--")[0])) and not (may_drop and _is_drop(found))
    ]
    upgrades = [node for node in module.body if isinstance(node, ast.FunctionDef) and node.name == "upgrade"]
    return beside + [
        f"line {call.lineno}: {sentence}"
        for upgrade in upgrades
        for call in ast.walk(upgrade)
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Attribute)
        for sentence in _about(call, call.func.attr, may_drop=may_drop)
    ]


def unrepeatable(source: str) -> list[str]:
    """Sentences with line numbers; none when an attempt that ended half-way can begin again.

    An index is built outside a transaction, and what stands before it is committed with it: it would be done twice.
    """
    module = ast.parse(source)
    upgrades = [node for node in module.body if isinstance(node, ast.FunctionDef) and node.name == "upgrade"]
    calls = [node for upgrade in upgrades for node in ast.walk(upgrade) if isinstance(node, ast.Call)]
    done = [call.lineno for call in calls if isinstance(call.func, ast.Attribute) and _is_operation(call.func)]
    built = [call.lineno for call in calls if isinstance(call.func, ast.Name) and call.func.id == _INDEX]
    return [
        f"line {line}: {_INDEX}: stands first, or alone in a revision after this one, so that it can begin again"
        for line in built
        if any(other < line for other in done)
    ]


def _is_operation(called: ast.Attribute) -> bool:
    return isinstance(called.value, ast.Name) and called.value.id == "op" and called.attr != "f"


def _is_drop(found: re.Match[str]) -> bool:
    return found[0].upper().startswith("DROP")


def _about(call: ast.Call, name: str, *, may_drop: bool) -> Iterator[str]:
    if name in _DROPS and not may_drop:
        yield f"{name}: the release before still uses it; drop it a release later, and say why in {_CONTRACTS}"
    if name in _RENAMES:
        yield f"{name}: the release before knows the old name; add the new one beside it"
    if name == "alter_column":
        yield from _about_alteration(call)
    if name == "add_column":
        yield from _about_new_column(call)
    if name == "execute":
        words = " ".join(str(node.value) for node in ast.walk(call) if isinstance(node, ast.Constant))
        if (found := _STATEMENT.search(words)) and not (may_drop and _is_drop(found)):
            yield f"{found[0]}: by hand as little as by alembic"


def _about_alteration(call: ast.Call) -> Iterator[str]:
    given = {word.arg: word.value for word in call.keywords}
    if "new_column_name" in given:
        yield "alter_column: a renamed column is one that the release before does not find"
    if "type_" in given:
        yield "alter_column: another type rewrites the table under a lock; add a column beside it"
    if isinstance(nullable := given.get("nullable"), ast.Constant) and nullable.value is False:
        yield "alter_column: the release before may still write nothing there"


def _about_new_column(call: ast.Call) -> Iterator[str]:
    for node in ast.walk(call):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "Column"):
            continue
        given = {word.arg: word.value for word in node.keywords}
        nullable = given.get("nullable")
        optional = nullable is None or (isinstance(nullable, ast.Constant) and nullable.value is True)
        if not optional and "server_default" not in given:
            yield "add_column: the release before inserts rows without it; give it a server_default or let it be null"
