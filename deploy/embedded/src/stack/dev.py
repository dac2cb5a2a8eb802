"""While somebody works on a service: it starts again whenever a file that it is made of changes."""

import asyncio
import importlib.util
from collections.abc import Mapping, Sequence
from pathlib import Path

from filiere.embedded.process import EngineError

from stack.errors import StackError
from stack.services import SERVICES, ServicePlan
from stack.stack import Stack
from stack.terminal import Terminal

_LOOK_EVERY_S = 0.5
# What a service is made of. Styles and scripts are read at each start, too.
_KINDS = frozenset({".py", ".html", ".po", ".yaml", ".json", ".css", ".js", ".sql"})


def plan_named(name: str) -> ServicePlan:
    """Raises StackError with the names there are."""
    for plan in SERVICES:
        if plan.name == name:
            return plan
    known = ", ".join(plan.name for plan in SERVICES)
    raise StackError(f"Il n'y a pas de service « {name} ». Il y a : {known}.")


def folders_of(plan: ServicePlan) -> list[Path]:
    """The service's own package, and the shared library."""
    return [_folder_of(plan.name), _folder_of("filiere")]


async def keep_fresh(stack: Stack, terminal: Terminal, plan: ServicePlan, folders: Sequence[Path]) -> None:
    """Until cancelled: start the service's api and worker again after each change. What does not start is said."""
    parts = [part for part in stack.pids if part.startswith(f"{plan.name}-")]
    terminal.say(f"  {plan.title} redémarre à chaque changement de {' ou de '.join(map(str, folders))}.")
    seen = snapshot(folders)
    while True:
        await asyncio.sleep(_LOOK_EVERY_S)
        now = snapshot(folders)
        if now == seen:
            continue
        changed = sorted({path for path, at in now.items() if seen.get(path) != at} | (seen.keys() - now.keys()))
        seen = now
        terminal.say(f"  {changed[0].name}{f' et {len(changed) - 1} autres' if changed[1:] else ''} : redémarrage…")
        try:
            await asyncio.gather(*(stack.restart(part) for part in parts))
        except EngineError as error:
            terminal.say(f"  {error}")
        else:
            terminal.say(f"  {plan.title} est de nouveau là : {stack.url(plan.name)}")


def snapshot(folders: Sequence[Path]) -> Mapping[Path, float]:
    """When each file was last written; a file that goes away in the meantime is left out."""
    found = {}
    for folder in folders:
        for path in folder.rglob("*"):
            if path.suffix in _KINDS:
                try:
                    found[path] = path.stat().st_mtime
                except FileNotFoundError:
                    continue
    return found


def _folder_of(package: str) -> Path:
    spec = importlib.util.find_spec(package)
    assert spec is not None
    assert spec.submodule_search_locations
    return Path(spec.submodule_search_locations[0])
