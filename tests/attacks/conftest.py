"""The services and worlds of the access tests."""

from tests.access.conftest import matrix, service, world

__all__ = ["matrix", "service", "world"]
