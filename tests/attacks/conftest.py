"""The services and worlds of the access tests."""

from tests.access.conftest import begun, begun_files, matrix, service, template, world

__all__ = ["begun", "begun_files", "matrix", "service", "template", "world"]
