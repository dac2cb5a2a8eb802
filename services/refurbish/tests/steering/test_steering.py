"""The manager's page: stages and ages, defects against the agreement, capacity and skills; no person is counted."""

from datetime import timedelta
from decimal import Decimal

import httpx
from filiere.calendar import clock_at, now
from filiere.database import Database
from filiere.testing.events import incoming, published
from hypothesis import given
from hypothesis import strategies as st
from refurbish.steering.figures import Conformity

from ..conftest import World, token_of


def plain(page: httpx.Response) -> str:
    """With ordinary spaces."""
    return page.text.replace("\xa0", " ").replace("\u202f", " ")


async def ready_screen(world: World) -> str:
    device = await world.arrived(category="monitor", manufacturer="Dell", model="P2419H")
    await world.tested(device)
    await world.graded(device, ram_gb=None, cpu_mark=None)
    await world.ready(device)
    return device


async def test_devices_are_counted_by_stage_and_by_how_long_they_stand_there(world: World) -> None:
    for days in (40, 10, 1):
        with clock_at(now() - timedelta(days=days)):
            await world.arrived()
    await ready_screen(world)
    sheet = await (await world.browser()).get("/pilotage/etapes.csv")
    rows = {row[0]: row[1:5] for row in (line.split(";") for line in sheet.text.splitlines()[1:])}
    assert rows["Arrivé"] == ["3", "1", "1", "1"]
    assert rows["Prêt"] == ["1", "1", "0", "0"]
    assert rows["Effacé"] == ["0", "0", "0", "0"]
    page = plain(await (await world.browser()).get("/pilotage"))
    assert "Équipements par étape" in page
    assert "Voir le tableau" in page
    assert "statut=arrived" in page


async def test_defects_are_a_share_of_what_was_shipped_and_a_slip_is_none(world: World) -> None:
    devices = [await ready_screen(world) for _ in range(4)]
    await world.post(f"/devices/{devices[0]}/recall", {"reason": "fault"})
    await world.post(f"/devices/{devices[1]}/recall", {"reason": "mistake"})
    shipped = "org.filiere.distribute.device-shipped.v1"
    for device in devices[2:]:
        await world.hears(incoming("distribute.devices", shipped, device, {"device_id": device}))
    page = plain(await (await world.browser()).get("/pilotage"))
    assert ">50 %" in page
    assert "1 pour 2 équipements partis" in page
    assert "Aucune limite n'est saisie" in page
    coordination = await world.client.login("coordination")
    form = await coordination.get(f"/ateliers/{world.id}/accord")
    limit = {"percent": "5", "source": "Accord, article 9", "csrf_token": token_of(form)}
    await coordination.post(f"/ateliers/{world.id}/accord/limite", data=limit)
    page = plain(await (await world.browser()).get("/pilotage"))
    assert "Au-dessus de la limite" in page
    assert "Accord, article 9" in page
    assert "Limite de non-conformité saisie" in page  # its journal


@given(st.integers(0, 500), st.integers(0, 500), st.none() | st.integers(0, 100).map(Decimal))
def test_a_rate_is_never_made_of_nothing(defects: int, shipped: int, limit: Decimal | None) -> None:
    seen = Conformity(defects, shipped, limit, "")
    assert (seen.percent is None) is (shipped == 0)
    assert not (seen.is_above and (limit is None or shipped == 0))
    if seen.percent is not None:
        assert abs(seen.percent * shipped - 100 * defects) <= Decimal("0.05") * shipped


async def test_the_manager_says_what_the_workshop_takes_and_can_do_and_collect_is_told(
    world: World, database: Database
) -> None:
    browser = await world.browser()
    page = await browser.get(f"/ateliers/{world.id}")
    assert "Qui y travaille" not in page.text
    said = {"laptop": "25", "tablet": "10", "competences": ["laptop"], "csrf_token": token_of(page)}
    saved = await browser.post(f"/ateliers/{world.id}/capacite", data=said)
    assert "La capacité est enregistrée" in saved.text
    last = (await published(database, "workshop-capacity-changed"))[-1].data
    assert (last["capacity"], last["competences"]) == ({"laptop": 25, "tablet": 10}, ["laptop"])
    assert "Capacité et compétences changées" in (await browser.get("/pilotage")).text


async def test_the_coordination_sees_all_workshops_and_one_at_a_time(world: World) -> None:
    await world.register("Atelier de Thiers", "63300", "zoe")
    await world.arrived()
    browser = await world.client.login("coordination")
    assert "statut=arrived" in (await browser.get("/pilotage")).text
    one = (await browser.get("/pilotage", params={"atelier": world.id})).text
    assert "Pilotage : Atelier de Lens" in one
    zoe = await world.client.login("zoe")
    for asked in (world.id, "x"):
        theirs = (await zoe.get("/pilotage", params={"atelier": asked})).text
        assert "Atelier de Lens" not in theirs
        assert "statut=arrived" not in theirs


async def test_disks_put_in_before_their_number_was_asked_for_are_listed_until_somebody_declares_them(
    world: World,
) -> None:
    """As the release before left them: a disk of the stock without a number, one moved by two people's word."""
    repaired, given, taken = [await world.arrived() for _ in range(3)]
    labels = [(await world.get(f"/devices/{one}"))["label"] for one in (repaired, given)]
    part = await world.post("/parts", {"kind": "keyboard", "fits": "SSD 256", "quantity": 1, "unit_cents": 100})
    fixed = {"kind": "replaced", "outcome": "fixed", "minutes": 5, "part_id": part["id"]}
    await world.post(f"/devices/{repaired}/repairs", fixed)
    await world.post(f"/devices/{taken}/media", [{"serial": "S4NSSD0666", "kind": "ssd"}])
    async with world.database.unit_of_work() as session:
        driver = await session.driver()
        await driver.execute("UPDATE part SET kind = 'ssd'")
        await driver.execute(
            "INSERT INTO medium_exit (workshop_id, id, device_id, medium_id, reason, went_to, asked_by, asked_by_name,"
            " asked_at) SELECT workshop_id, gen_random_uuid(), device_id, id, 'reused', $1, 'ada', 'Ada', now()"
            " FROM storage_medium",
            labels[1],
        )
        await driver.execute(
            "INSERT INTO exit_answer (workshop_id, exit_id, answered_by, answered_by_name, confirmed, answered_at)"
            " SELECT workshop_id, id, 'bruno', 'Bruno', true, now() FROM medium_exit"
        )
        # Declared when it arrived, on the day of the repair: that says nothing of the disk that was put in.
        await driver.execute(
            "INSERT INTO storage_medium (workshop_id, device_id, origin, declared_by, declared_at, id, serial, kind)"
            " SELECT workshop_id, device_id, 'person', 'Ada', repaired_at - interval '1 hour', gen_random_uuid(),"
            " 'S4NSSD0555', 'ssd' FROM repair"
        )
    ada = await world.browser()
    page = plain(await ada.get("/pilotage"))
    assert "Disques montés, que personne n" in page
    assert [f"/equipements/{one}/supports" in page for one in (repaired, given, taken)] == [True, True, False]
    assert "disque S4NSSD0666" in page
    yann = await world.register("Atelier de Brest", "29200", "yann")
    assert yann
    assert "S4NSSD0666" not in (await (await world.client.login("yann")).get("/pilotage")).text
    await world.post(f"/devices/{repaired}/media", [{"serial": "S4NSSD0001", "kind": "ssd"}])
    await world.post(f"/devices/{given}/media", [{"serial": "S4NSSD0666", "kind": "ssd"}])
    assert "Disques montés" not in (await ada.get("/pilotage")).text
    assert "Il y en a d" not in page
    async with world.database.unit_of_work() as session:
        await (await session.driver()).execute(
            "INSERT INTO repair (workshop_id, id, device_id, cycle, kind, outcome, minutes, part_id, pieces, cents, by,"
            " by_name, repaired_at) SELECT workshop_id, gen_random_uuid(), device_id, cycle, kind, outcome, minutes,"
            " part_id, 1, 0, by, by_name, now() + n * interval '1 second' FROM repair, generate_series(1, 201) AS n"
        )
    page = plain(await ada.get("/pilotage"))
    assert (page.count(f"/equipements/{repaired}/supports"), "Il y en a d" in page) == (200, True)
