"""Every test here runs once per service, on its real app and database."""

import pytest
from filiere.service import Service, installed_services
from filiere.testing.client import ServiceClient

from . import collect, distribute, refurbish
from .matrix import Matrix
from .world import World

MATRICES: dict[str, Matrix] = {
    "collect": collect.MATRIX,
    "refurbish": refurbish.MATRIX,
    "distribute": distribute.MATRIX,
}
BUILDERS = {"collect": collect.build, "refurbish": refurbish.build, "distribute": distribute.build}


@pytest.fixture(scope="session", params=installed_services(), ids=lambda service: service.name)
def service(request: pytest.FixtureRequest) -> Service:
    found: Service = request.param
    return found


@pytest.fixture
def matrix(service: Service) -> Matrix:
    return MATRICES[service.name]


@pytest.fixture
async def world(service: Service, client: ServiceClient) -> World:
    made = World(service, client)
    await made.coordination()
    await BUILDERS[service.name](made)
    await made.people()
    made.name_the_kits_own()
    return made
