"""What the tests of scans begin with."""

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, NamedTuple

import pytest
from filiere.service import Service
from filiere.settings import Settings
from filiere.testing.browser import Live, log_in

from ..conftest import World
from .scanning import is_ready, lot_of

if TYPE_CHECKING:
    from playwright.async_api import Page


class Opened(NamedTuple):
    """A lot in a tab: the service's address, the lot, and the labels of the devices that it announces."""

    address: str
    lot: str
    labels: list[str]


OpenLot = Callable[[int], Awaitable[Opened]]


@pytest.fixture
def open_lot(world: World, tab: "Page", live: Live, service: Service, settings: Settings) -> OpenLot:
    """A lot of so many devices, opened by the technician in the tab, ready for the first scan."""

    async def opened(count: int) -> Opened:
        address = await live(service, settings)
        lot, labels = await lot_of(world, count)
        await log_in(tab, address, "ada")
        await tab.goto(f"{address}/lots/{lot}")
        await is_ready(tab)
        return Opened(address, lot, labels)

    return opened
