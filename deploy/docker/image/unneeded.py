"""Print the installed packages that one workspace member does not need to run, a line each.

    python unneeded.py filiere-collect

requirements.lock has one list for everything, embedded engines too; containers run on real ones. From the member on,
the packages' own requirements are followed. Optional dependencies of our own members count as not needed.
"""

import sys
from importlib.metadata import PackageNotFoundError, distribution, distributions

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

OURS = "filiere-"


def needed(member: str) -> set[str]:
    """Names of all installed packages that `member` reaches, itself included. Raises PackageNotFoundError."""
    distribution(member)
    reached: set[tuple[str, str]] = set()
    todo = [(member, "")]
    while todo:
        name, extra = todo.pop()
        if (name, extra) in reached:
            continue
        try:
            asked = distribution(name).requires or []
        except PackageNotFoundError:  # for another platform, or a mistake that `pip check` will name
            continue
        reached.add((name, extra))
        for requirement in map(Requirement, asked):
            if requirement.marker is None or requirement.marker.evaluate({"extra": extra}):
                wanted = canonicalize_name(requirement.name)
                todo.append((wanted, ""))
                if not wanted.startswith(OURS):
                    todo += [(wanted, each) for each in requirement.extras]
    return {name for name, _ in reached}


if __name__ == "__main__":
    installed = {canonicalize_name(found.metadata["Name"]) for found in distributions()}
    print("\n".join(sorted(installed - needed(sys.argv[1]))))
