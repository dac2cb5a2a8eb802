"""Every test here runs once per service, on its real app and database."""

from email.message import EmailMessage
from pathlib import Path

import pytest
from filiere.service import Service, installed_services
from filiere.settings import Settings
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
def settings(settings: Settings, tmp_path: Path) -> Settings:
    """Those of the service, whose letters are files that the coordination may open."""
    return settings.model_copy(update={"mail_folder": tmp_path})


@pytest.fixture
async def world(service: Service, client: ServiceClient) -> World:
    made = World(service, client)
    await made.coordination()
    await BUILDERS[service.name](made)
    await made.people()
    made.name_the_kits_own()
    if client.settings.mail_folder is not None:
        (client.settings.mail_folder / f"{made.ids['mail_id']}.eml").write_bytes(letter())
    return made


def letter() -> bytes:
    made = EmailMessage()
    made["Subject"], made["From"], made["To"] = "Un colis est parti", "filiere@example.org", "awa@example.org"
    made["Date"] = "Tue, 01 Dec 2026 08:00:00 +0100"
    made.set_content("Un colis est parti.")
    made.add_alternative("<p>Un colis est parti.</p>", subtype="html")
    return made.as_bytes()
