"""Every test here runs once per service, on its real app and database."""

import pytest
from filiere.service import Service, installed_services
from filiere.testing.client import ServiceClient

from . import collect, distribute, refurbish
from .matrix import Matrix
from .world import World

ROOMS = {"collect": collect, "refurbish": refurbish, "distribute": distribute}


@pytest.fixture(scope="session", params=installed_services(), ids=lambda service: service.name)
def service(request: pytest.FixtureRequest) -> Service:
    found: Service = request.param
    return found


@pytest.fixture
def matrix(service: Service) -> Matrix:
    return ROOMS[service.name].MATRIX


@pytest.fixture
async def world(service: Service, client: ServiceClient) -> World:
    made = World(service, client)
    await made.coordination()
    await ROOMS[service.name].build(made)
    await made.people()
    return made
