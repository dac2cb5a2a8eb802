"""Do the two lock files still fit the members' pyproject files? Answered without the network.

From the declared dependencies, follow the installed packages' own requirements: each package reached must be pinned
(a missing pin: somebody added a dependency without `make lock`), each pin must be reached (a stale pin), the pinned
version must satisfy everybody who asks, and the environment must hold it. Markers are those of this machine.
"""

import re
import sys
import tomllib
from collections.abc import Iterable, Iterator
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[1]
MEMBERS = ("libs/common", "services/collect", "services/refurbish", "services/distribute", "deploy/embedded")
_EXTRA = {"extra": ""}


def declared() -> tuple[list[Requirement], list[Requirement]]:
    """What the workspace asks for: (to run, to develop)."""
    root = tomllib.loads((ROOT / "pyproject.toml").read_text())
    runtime = list(root["project"]["dependencies"])
    for member in MEMBERS:
        runtime += tomllib.loads((ROOT / member / "pyproject.toml").read_text())["project"].get("dependencies", [])
    return [Requirement(each) for each in runtime], [Requirement(each) for each in root["dependency-groups"]["dev"]]


def members() -> set[str]:
    files = (tomllib.loads((ROOT / member / "pyproject.toml").read_text()) for member in MEMBERS)
    return {canonicalize_name(file["project"]["name"]) for file in files}


def pins(file: str) -> dict[str, str]:
    """Version by package of one lock file, for this machine; refuses addresses and pins without hashes."""
    text = (ROOT / file).read_text()
    if address := re.search(r"^\s*-|https?://|@ ", re.sub(r"(?m)^\s+--hash=sha256:[0-9a-f]{64}.*$", "", text), re.M):
        sys.exit(f"{file} holds an option or an address: {address.group()!r}")
    found: dict[str, str] = {}
    for block in re.split(r"(?m)^(?=[A-Za-z0-9])", text)[1:]:
        requirement = Requirement(block.splitlines()[0].removesuffix("\\").strip())
        if "--hash=sha256:" not in block:
            sys.exit(f"{file}: {requirement.name} has no hash")
        if requirement.marker is None or requirement.marker.evaluate(_EXTRA):
            found[canonicalize_name(requirement.name)] = next(iter(requirement.specifier)).version
    return found


def faults(wanted: Iterable[Requirement], pinned: dict[str, str], file: str, seen: set[str]) -> Iterator[str]:
    """Walk from `wanted`; `seen` collects the packages reached."""
    ours = members()
    queue = list(wanted)
    visited: set[tuple[str, frozenset[str]]] = set()
    while queue:
        requirement = queue.pop()
        name = canonicalize_name(requirement.name)
        if requirement.marker is not None and not requirement.marker.evaluate(_EXTRA):
            continue
        if name not in ours:
            seen.add(name)
            if name not in pinned:
                yield f"{name} is needed but not in {file}"
                continue
            if requirement.specifier and not requirement.specifier.contains(pinned[name], prereleases=True):
                yield f"{file} pins {name} {pinned[name]}, but {requirement} is asked for"
        visit = (name, frozenset(requirement.extras))
        if visit in visited:
            continue
        visited.add(visit)
        try:
            installed = distribution(name)
        except PackageNotFoundError:
            yield f"{name} is not installed: remove .venv/.runtime and .venv/.dev, then run make again"
            continue
        if name not in ours and installed.version != pinned[name]:
            yield f"{name} {installed.version} is installed, {file} pins {pinned[name]}"
        for text in installed.requires or ():
            child = Requirement(text)
            extras = requirement.extras or {""}
            if child.marker is None or any(child.marker.evaluate({"extra": extra}) for extra in extras):
                child.marker = None
                queue.append(child)


def main() -> None:
    runtime_wanted, dev_wanted = declared()
    runtime, dev = pins("requirements.lock"), pins("requirements-dev.lock")
    found: list[str] = []
    for file, wanted, pinned in (
        ("requirements.lock", runtime_wanted, runtime),
        ("requirements-dev.lock", dev_wanted, dev),
    ):
        seen: set[str] = set()
        found += faults(wanted, pinned, file, seen)
        found += [f"{name} is in {file} but nothing asks for it" for name in sorted(set(pinned) - seen)]
    found += [
        f"{name} is pinned to {runtime[name]} and to {dev[name]}"
        for name in sorted(set(runtime) & set(dev))
        if runtime[name] != dev[name]
    ]
    if found:
        sys.exit("\n".join(sorted(set(found))) + "\nThe lock files do not fit: run `make lock` and commit both.")
    sys.stdout.write(f"The lock files fit: {len(runtime)} packages to run, {len(dev)} to develop.\n")


if __name__ == "__main__":
    main()
