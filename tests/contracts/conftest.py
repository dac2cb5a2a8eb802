"""Tests here that need an engine run once per service."""

import pytest
from filiere.service import Service, installed_services


@pytest.fixture(scope="session", params=installed_services(), ids=lambda service: service.name)
def service(request: pytest.FixtureRequest) -> Service:
    found: Service = request.param
    return found
