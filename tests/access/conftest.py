"""Every test here runs once per service, on its real app and database."""

import asyncio
import copy
import shutil
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from filiere.service import Service, installed_services
from filiere.settings import Settings
from filiere.testing.client import ServiceClient, beginning
from filiere.testing.engines import Databases, Furnished

from .matrices import collect, distribute, refurbish
from .matrix import Matrix
from .world import World
from .worlds.collect import build as build_collect
from .worlds.distribute import build as build_distribute
from .worlds.refurbish import build as build_refurbish

MATRICES: dict[str, Matrix] = {
    "collect": collect.MATRIX,
    "refurbish": refurbish.MATRIX,
    "distribute": distribute.MATRIX,
}
BUILDERS = {"collect": build_collect, "refurbish": build_refurbish, "distribute": build_distribute}


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


@dataclass(frozen=True, slots=True)
class Begun:
    """What a test must know of a world that stands in its database, and where lies what people brought to it."""

    known: dict[str, Any]
    files: Path


@pytest.fixture
async def begun(
    administered: Databases, service: Service, issuer: str, tmp_path_factory: pytest.TempPathFactory
) -> Furnished[Begun]:
    """A database with a world, and what is to be known of it: built once, for it takes as long as ten tests."""

    async def furnish(url: str) -> Begun:
        folder = tmp_path_factory.mktemp(f"begun-{service.name}")
        async with beginning(service, url, issuer, folder) as client:
            made = World(service, client)
            await made.coordination()
            await BUILDERS[service.name](made)
            await made.people()
            made.name_the_kits_own()
            return Begun(made.known(), folder / "files")

    template = await asyncio.to_thread(administered.template, service)
    return await administered.furnished(template, "two of each", furnish)


@pytest.fixture
def template(request: pytest.FixtureRequest, template: str) -> str:
    """Who asks for a world begins on a database that has one."""
    if "world" not in request.fixturenames:
        return template
    furnished: Furnished[Begun] = request.getfixturevalue("begun")
    return furnished.template


@pytest.fixture
async def world(service: Service, client: ServiceClient, begun: Furnished[Begun]) -> World:
    made = World(service, client, **copy.deepcopy(begun.what.known))
    if begun.what.files.exists():
        shutil.copytree(begun.what.files, client.settings.files, dirs_exist_ok=True)
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
