"""Which Filière this is."""

from functools import lru_cache
from importlib.metadata import PackageNotFoundError
from importlib.metadata import version as of_package


@lru_cache(maxsize=1)
def version() -> str:
    """The installed version of the shared library: services are released together."""
    try:
        return of_package("filiere-common")
    except PackageNotFoundError:
        return "unknown"
