"""What a Relais was served over the months of the rule, beside others; and what would tell of too few is not told."""

from datetime import timedelta
from uuid import UUID

from distribute.served import service as served
from distribute.served.repository import ServedRepository
from distribute.served.service import FEWEST_TOLD
from filiere.calendar import start_of, today
from filiere.database import Scope
from filiere.geography import LocalityClass, locality_of_address

from .conftest import World
from .test_pages import words

TABLETS = {"category": "tablet", "quantity": 4}


async def percents(world: World) -> dict[LocalityClass, int | None]:
    async with world.database.read() as session:
        return {one.locality: one.percent for one in await served.by_locality(session, today())}


async def test_the_share_is_what_was_promised_and_kept_of_that_and_what_still_lacks(world: World) -> None:
    relais = await world.relais()
    browser = await world.client.login(relais["subject"])
    await world.order(relais, TABLETS, approved=False)
    order = await world.order(relais, TABLETS)
    devices = await world.ready(3)
    run = await world.allocate()
    assert "75 % de vos demandes acceptées : 3 sur 4" in words(await browser.get(f"/commandes/{order['id']}"))
    await world.deliver(world.withdrawn_event(devices[0]))
    assert "50 % de vos demandes acceptées : 2 sur 4" in words(await browser.get(f"/commandes/{order['id']}"))
    old = today() - timedelta(days=800)
    await world.rows(f"UPDATE reservation SET reserved_at = '{old}' WHERE released_at IS NULL")
    assert "0 % de vos demandes acceptées : 0 sur 2" in words(await browser.get(f"/commandes/{order['id']}"))
    await world.call(world.coordinator, f"/allocations/{run['id']}/undo")
    await world.call(relais["client"], f"/orders/{order['id']}/cancel")
    assert "de vos demandes acceptées" not in words(await browser.get(f"/commandes/{order['id']}"))
    coordinator = await world.client.login("camille")
    assert "Servi sur" not in words(await coordinator.get(f"/commandes/{order['id']}"))


async def test_a_locality_class_is_told_from_five_relais_that_asked(world: World) -> None:
    rural = [await world.relais(f"Relais {number}", postcode="48000") for number in range(FEWEST_TOLD - 1)]
    for one in rural:
        await world.order(one, TABLETS)
    await world.relais("Sans commande", postcode="48000")
    await world.ready(8)
    await world.allocate()
    (locality,) = {locality_of_address(one.get("insee"), "48000") for one in rural}
    assert await percents(world) == dict.fromkeys(LocalityClass)
    browser = await world.client.login(rural[0]["subject"])
    page = words(await browser.get("/part-servie"))
    assert page.count("moins de 5 Relais : non publié") == len(LocalityClass)
    assert "Relais 0 50 % 2 sur 4" in page
    assert "Relais 1" not in page
    await world.order(await world.relais("Le cinquième", postcode="48000"), TABLETS)
    assert await percents(world) == {**dict.fromkeys(LocalityClass), locality: 8 * 100 // 20}
    page = words(await browser.get("/part-servie", params={"lang": "en"}))
    assert page.count("fewer than 5 Relais: not published") == len(LocalityClass) - 1
    assert "40 %" in page


async def test_both_ways_of_counting_agree(world: World) -> None:
    relais = await world.relais()
    _, labels = await world.delivered(relais, 2)
    await world.call(relais["client"], "/handovers", {"label": labels[0], "kind": "given"}, status=201)
    await world.order(relais, TABLETS)
    await world.ready(1)
    await world.allocate()
    async with world.database.read() as session:
        own = await served.own(session, Scope([UUID(relais["id"])]), today())
        (everybody,) = await ServedRepository.from_session(session).by_address(start_of(served.since(today())))
    assert list(own.values()) == [(everybody.served, everybody.asked)] == [(3, 6)]
