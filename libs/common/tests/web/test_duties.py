"""What somebody is for within an organisation opens the routes that name it, there and nowhere else."""

import pytest
from filiere.duties import Duty
from filiere.testing.client import ServiceClient

from .shelf import LENS, LILLE


@pytest.mark.parametrize(
    ("duty", "shelf_status", "till_status"),
    [(Duty.LEAD, 200, 200), (Duty.COLLEAGUE, 200, 403), (Duty.TILL, 403, 200)],
)
async def test_a_route_is_open_to_the_duties_that_it_names_or_to_all_that_are_not_narrow(
    shelf: ServiceClient, duty: Duty, shelf_status: int, till_status: int
) -> None:
    await shelf.grant("tina", "workshop", LENS, duty)
    browser = await shelf.login("tina")
    assert (await browser.get("/shelf")).status_code == shelf_status
    assert (await browser.get("/till")).status_code == till_status
    program = await shelf.as_("tina")
    assert (await program.get("/api/v1/devices")).status_code == shelf_status


async def test_the_menu_offers_what_is_open(shelf: ServiceClient) -> None:
    await shelf.grant("tina", "workshop", LENS, Duty.TILL)
    await shelf.grant("max", "workshop", LENS, Duty.COLLEAGUE)
    front = (await (await shelf.login("tina")).get("/")).text
    assert ">Caisse</a>" in front
    assert ">Étagère</a>" not in front
    front = (await (await shelf.login("max")).get("/")).text
    assert ">Caisse</a>" not in front
    assert ">Étagère</a>" in front


async def test_who_leads_one_organisation_sees_no_more_of_another_than_their_duty_there(shelf: ServiceClient) -> None:
    await shelf.grant("tina", "workshop", LENS, Duty.TILL)
    await shelf.grant("tina", "workshop", LILLE)
    lea, lou = await shelf.as_("lea"), await shelf.as_("lou")
    await lea.post("/api/v1/devices", json={"label": "FIL-LENS", "weight": 2})
    await lou.post("/api/v1/devices", json={"label": "FIL-LILLE", "weight": 2})
    browser = await shelf.login("tina")
    seen = (await browser.get("/shelf")).text
    assert "FIL-LILLE" in seen
    assert "FIL-LENS" not in seen
    assert "FIL-LENS" in (await browser.get("/till")).text


async def test_whoever_is_refused_reads_whose_task_it_is(shelf: ServiceClient) -> None:
    await shelf.grant("max", "workshop", LENS, Duty.COLLEAGUE)
    refused = (await (await shelf.login("max")).get("/till")).text
    assert "Responsable" in refused
    assert "Caisse seulement" in refused


async def test_a_duty_given_counts_at_once(shelf: ServiceClient) -> None:
    await shelf.grant("tina", "workshop", LENS, Duty.TILL)
    browser = await shelf.login("tina")
    assert (await browser.get("/till")).status_code == 200
    async with shelf.database.unit_of_work() as session:
        driver = await session.driver()
        await driver.execute("UPDATE membership SET duty = 'colleague' WHERE subject = 'tina'")
    assert (await browser.get("/shelf")).status_code == 200, "what seems to lack is looked up again"
