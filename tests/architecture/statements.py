"""Which SQL a function has at hand: read from its source, the constants of its file put in where they are named."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import TypeAlias

Function: TypeAlias = ast.FunctionDef | ast.AsyncFunctionDef

SQL = re.compile(
    r"\bSELECT\b.+\bFROM\b|^\s*SELECT\b|\bINSERT\s+INTO\b|\bUPDATE\s+\w+(\s+\w+)?\s+SET\b|\bDELETE\s+FROM\b"
    r"|\bLOCK\s+TABLE\b|^\s*(NOTIFY|LISTEN)\b",
    re.DOTALL,
)


def statements(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """(line, text) of each string that is SQL; what a docstring says of SQL is none."""
    said = _docstrings(tree)
    for node in ast.walk(tree):
        if node in said:
            continue
        text = _text(node, {}, frozenset()) if isinstance(node, ast.Constant | ast.JoinedStr) else ""
        if SQL.search(text):
            yield node.lineno, " ".join(text.split())  # type: ignore[attr-defined]


def functions(tree: ast.Module) -> Iterator[tuple[ast.ClassDef | None, Function]]:
    """Every function of a module and of its classes, with the class."""
    for node in tree.body:
        if isinstance(node, Function):
            yield None, node
        if isinstance(node, ast.ClassDef):
            yield from ((node, one) for one in node.body if isinstance(one, Function))


def sql_of(function: Function, tree: ast.Module) -> str:
    """All strings of a function, and those of the constants that it names, in one text."""
    constants = {
        target.id: node.value
        for node in tree.body
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    said = _docstrings(function)
    return "\n".join(
        _text(node, constants, frozenset())
        for part in function.body
        for node in ast.walk(part)
        if node not in said and isinstance(node, ast.Constant | ast.JoinedStr | ast.Name)
    )


def tables_in(sql: str) -> set[str]:
    """The words that stand where SQL names a table."""
    return set(re.findall(r"\b(?:FROM|JOIN|INTO|UPDATE|USING)\s+(?:ONLY\s+)?(\w+)", sql)) | set(
        re.findall(r"\bFROM\s+\w+(?:\s+\w+)?\s*,\s*(\w+)", sql)
    )


def tree_of(file: Path) -> ast.Module:
    return ast.parse(file.read_text(encoding="utf-8"))


def _docstrings(tree: ast.AST) -> set[ast.AST]:
    return {
        node.value for node in ast.walk(tree) if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }


def _text(node: ast.AST | None, constants: dict[str, ast.expr], seen: frozenset[str]) -> str:
    match node:
        case ast.Constant(value=str(text)):
            return text
        case ast.JoinedStr(values=values):
            return "".join(_text(value, constants, seen) for value in values)
        case ast.FormattedValue(value=value):
            return _text(value, constants, seen) or "unknown"
        case ast.Name(id=name) if name in constants and name not in seen:
            return _text(constants[name], constants, seen | {name})
        case ast.BinOp(left=left, right=right):
            return _text(left, constants, seen) + _text(right, constants, seen)
        case ast.Call(func=ast.Name(id="Listing"), args=[columns, source, *_]):
            return f"SELECT {_text(columns, constants, seen)} FROM {_text(source, constants, seen).strip()}"
        case _:
            return ""
