"""Every test here runs once per service, on its real app and database."""

import pytest
from filiere.identifiers import uuid7
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
    assert service.organisation_role is not None
    # What the kit's own addresses name; nothing is there but the organisation.
    nothing = str(uuid7())
    kit = dict.fromkeys(("reader_id", "mail_id", "invitation_id", "token", "kind"), nothing)
    kit["organisation_id"] = str(made.organisation(service.organisation_role))
    made.ids = kit | made.ids
    return made
