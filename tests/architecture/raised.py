"""What a function may refuse: the domain errors that it, and whatever it names, can raise.

Read from the sources: a function that names another may call it. A name is followed through imports, module constants
(`Donor = Annotated[…, Depends(…)]`), classes and their methods; a method of a value whose class nobody says is followed
to every method of that name. What `except` catches is taken away, unless it is raised again.
"""

import ast
import importlib
import importlib.util
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import TypeAlias

from filiere.web import DomainError

Error: TypeAlias = type[DomainError]
Key: TypeAlias = tuple[str, str]  # module, and the dotted name inside it

MADE_BY = ("__init__", "__post_init__", "__call__", "__enter__", "__aenter__")


@dataclass(frozen=True)
class Effects:
    """What stands in one function: errors raised here, names followed, each with what is caught around it."""

    raised: list[tuple[Error, tuple[type, ...]]] = field(default_factory=list)
    named: list[tuple[Key, tuple[type, ...]]] = field(default_factory=list)
    methods: list[tuple[str, tuple[type, ...]]] = field(default_factory=list)  # of who knows what


class Sources:
    """The modules of some packages, read once. Methods of who knows what are looked for in the first."""

    def __init__(self, *packages: str) -> None:
        self.modules: dict[str, ast.Module] = {}
        for package in packages:
            spec = importlib.util.find_spec(package)
            assert spec is not None
            assert spec.origin is not None
            root = Path(spec.origin).parent
            for file in sorted(root.rglob("*.py")):
                parts = file.relative_to(root.parent).with_suffix("").parts
                name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
                self.modules[name] = ast.parse(file.read_text(encoding="utf-8"))
        self._bindings = {name: dict(_bindings(name, tree)) for name, tree in self.modules.items()}
        self._effects: dict[Key, Effects] = {}
        self._by_method: dict[str, list[Key]] = {}
        for module, tree in self.modules.items():
            if module.partition(".")[0] != packages[0]:
                continue
            for owner in (node for node in tree.body if isinstance(node, ast.ClassDef)):
                for one in (node for node in owner.body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)):
                    if any(isinstance(node, ast.Raise) for node in ast.walk(one)):
                        self._by_method.setdefault(one.name, []).append((module, f"{owner.name}.{one.name}"))

    def errors_of(self, *roots: Key) -> dict[Key, set[Error]]:
        """Every domain error that may leave each of these functions."""
        callers: dict[Key, set[Key]] = {root: set() for root in roots}
        todo = list(roots)
        while todo:
            key = todo.pop()
            for other, _ in self._followed(key):
                if other not in callers:
                    todo.append(other)
                callers.setdefault(other, set()).add(key)
        leaving: dict[Key, set[Error]] = {key: set() for key in callers}
        again = set(callers)
        while again:
            key = again.pop()
            found = {error for error, caught in self.effects(key).raised if not issubclass(error, caught)}
            for other, caught in self._followed(key):
                found |= {error for error in leaving[other] if not issubclass(error, caught)}
            if found != leaving[key]:
                leaving[key] = found
                again |= callers[key]
        return {root: leaving[root] for root in roots}

    def _followed(self, key: Key) -> Iterator[tuple[Key, tuple[type, ...]]]:
        effects = self.effects(key)
        yield from effects.named
        for method, caught in effects.methods:
            yield from ((other, caught) for other in self._by_method.get(method, []))

    def effects(self, key: Key) -> Effects:
        if key not in self._effects:
            reader = _Reader(self, key[0])
            for node in self._nodes(key):
                reader.read(node)
            self._effects[key] = reader.effects
        return self._effects[key]

    def _nodes(self, key: Key) -> list[ast.AST]:
        """What is read for a name: a function with its signature, what makes a class, a constant's value."""
        module, name = key
        owner, _, method = name.partition(".")
        kind, node = self._bindings[module].get(owner, ("", None))
        if method.startswith("<locals>.") and isinstance(node, ast.FunctionDef):
            inner = method.rpartition(".")[2]
            return [one for one in ast.walk(node) if isinstance(one, ast.AsyncFunctionDef) and one.name == inner]
        if kind == "class" and isinstance(node, ast.ClassDef):
            wanted = (method,) if method else MADE_BY
            return [
                one
                for one in node.body
                if isinstance(one, ast.FunctionDef | ast.AsyncFunctionDef) and one.name in wanted
            ]
        return [node] if kind in ("function", "constant") and isinstance(node, ast.AST) else []

    def resolve(self, module: str, name: str) -> Key | str | None:
        """Where a name of a module is declared; the name of a module when it is one."""
        kind, found = self._bindings.get(module, {}).get(name, ("", None))
        if kind == "import" and isinstance(found, tuple):
            source, original = found
            whole = f"{source}.{original}" if original else source
            return whole if whole in self.modules else self.resolve(source, original)
        return (module, name) if kind else None


class _Reader(ast.NodeVisitor):
    def __init__(self, sources: Sources, module: str) -> None:
        self.sources, self.module, self.effects = sources, module, Effects()
        self.caught: tuple[type, ...] = ()
        self.locals: set[str] = set()

    def read(self, node: ast.AST) -> None:
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            for default in (*node.args.defaults, *node.args.kw_defaults):
                if default is not None:
                    self.visit(default)
            for one in (*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs):
                if one.annotation is not None:
                    self.visit(one.annotation)
            self.locals = _locals(node)
            for part in node.body:
                self.visit(part)
        else:
            self.visit(node)

    def visit_Raise(self, node: ast.Raise) -> None:
        made = node.exc.func if isinstance(node.exc, ast.Call) else node.exc
        found = self._resolved(made) if made is not None else None
        error = _class(found) if isinstance(found, tuple) else None
        if error is not None and issubclass(error, DomainError):
            self.effects.raised.append((error, self.caught))
        self.generic_visit(node)

    def visit_Try(self, node: ast.Try) -> None:
        before = self.caught
        for handler in node.handlers:
            again = any(isinstance(one, ast.Raise) and one.exc is None for one in ast.walk(handler))
            self.caught += () if again else tuple(self._types(handler.type))
        for part in node.body:
            self.visit(part)
        self.caught = before
        for other in (*node.handlers, *node.orelse, *node.finalbody):
            self.visit(other)

    def visit_Name(self, node: ast.Name) -> None:
        found = self._resolved(node)
        if isinstance(found, tuple):
            self.effects.named.append((found, self.caught))

    def visit_Attribute(self, node: ast.Attribute) -> None:
        found = self._resolved(node)
        if isinstance(found, tuple):
            self.effects.named.append((found, self.caught))
        elif found is None:
            self.effects.methods.append((node.attr, self.caught))
            self.visit(node.value)

    def _resolved(self, node: ast.expr) -> Key | str | None:
        if isinstance(node, ast.Name):
            return None if node.id in self.locals else self.sources.resolve(self.module, node.id)
        if isinstance(node, ast.Attribute):
            of = self._resolved(node.value)
            if isinstance(of, str):
                return self.sources.resolve(of, node.attr)
            if of is not None and _class(of) is not None:
                return (of[0], f"{of[1]}.{node.attr}")
        return None

    def _types(self, node: ast.expr | None) -> Iterator[type]:
        if node is None:
            yield BaseException
        for one in node.elts if isinstance(node, ast.Tuple) else [node] if node is not None else []:
            found = self._resolved(one)
            made = _class(found) if isinstance(found, tuple) else None
            if made is None and isinstance(one, ast.Name):
                made = {"Exception": Exception, "BaseException": BaseException}.get(one.id)
            if made is not None:
                yield made


@cache
def _class(key: Key) -> type | None:
    found = getattr(importlib.import_module(key[0]), key[1], None) if "." not in key[1] else None
    return found if isinstance(found, type) else None


def _locals(node: ast.FunctionDef | ast.AsyncFunctionDef) -> set[str]:
    """Names that mean something else in here than in the module."""
    every = (*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs)
    stored = {one.id for one in ast.walk(node) if isinstance(one, ast.Name) and isinstance(one.ctx, ast.Store)}
    return {one.arg for one in every} | stored


def _bindings(module: str, tree: ast.Module) -> Iterator[tuple[str, tuple[str, object]]]:
    for node in ast.walk(tree):  # imports of a function are the module's here: none shadows another
        if isinstance(node, ast.ImportFrom) and node.module and not node.level:
            for one in node.names:
                yield one.asname or one.name, ("import", (node.module, one.name))
        elif isinstance(node, ast.Import):
            for one in node.names:
                yield one.asname or one.name, ("import", (one.name, ""))
    for part in tree.body:
        if isinstance(part, ast.FunctionDef | ast.AsyncFunctionDef):
            yield part.name, ("function", part)
        elif isinstance(part, ast.ClassDef):
            yield part.name, ("class", part)
        elif isinstance(part, ast.Assign | ast.AnnAssign) and part.value is not None:
            targets = part.targets if isinstance(part, ast.Assign) else [part.target]
            yield from ((one.id, ("constant", part.value)) for one in targets if isinstance(one, ast.Name))
