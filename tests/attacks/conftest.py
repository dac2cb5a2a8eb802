"""The services and worlds of the access tests."""

from tests.access.conftest import begun, matrix, service, template, world

__all__ = ["begun", "matrix", "service", "template", "world"]
