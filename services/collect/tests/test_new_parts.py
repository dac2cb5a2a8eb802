"""What new parts weigh is taken off what reuse avoids: a new SSD weighs more than a laptop's second life avoids."""

from pathlib import Path

from filiere.calendar import today
from filiere.catalogue import Category, impact_of
from filiere.catalogue.impact import Part
from filiere.testing.events import deliver
from hypothesis import given
from hypothesis import strategies as st

from .chain import Chain, laptop
from .test_documents import bytes_of, issue, text_of
from .told_stories import STORY, devices_of, told

SSD_KG = 135.0  # Impact CO2 of ADEME, as `impact_2022.yaml` says


async def test_parts_that_a_workshop_put_in_are_taken_off_page_paper_and_passport(chain: Chain, tmp_path: Path) -> None:
    donation, _ = await chain.sent(laptop(quantity=2, serial=None))
    devices = await devices_of(chain, donation["id"])
    for device in devices:
        await deliver(chain.database, chain.service, [told(device["id"], place) for place in range(len(STORY))])
    before = await chain.get(f"/donations/{donation['id']}/impact")
    assert (before["co2e_kg"], before["parts_kg"]) == (162.0, 0)
    told_ready = {"device_id": devices[0]["id"], "new_parts": {"ssd": 1, "of_another_age": 3}}
    await chain.hear("refurbish.devices", "device-ready", devices[0]["id"], **told_ready)
    await chain.hear("refurbish.devices", "device-ready", devices[0]["id"], device_id=devices[0]["id"])  # says nothing
    after = await chain.get(f"/donations/{donation['id']}/impact")
    assert (after["co2e_kg"], after["parts_kg"]) == (27.0, SSD_KG)
    page = (await (await chain.client.login("camille")).get(f"/dons/{donation['id']}")).text.replace("\u00a0", " ")
    assert "pièces neuves :" in page
    paper = text_of(await bytes_of(chain, await issue(chain, donation["id"], "impact")), tmp_path)
    assert "Pièces neuves posées à l'atelier : 135 kg CO2e, retranchés." in paper


@given(st.dictionaries(st.tuples(st.sampled_from(Category), st.sampled_from(Part)), st.integers(0, 50)))
def test_no_new_part_makes_reuse_avoid_more(parts: dict[tuple[Category, Part], int]) -> None:
    devices = {Category.LAPTOP: 3, Category.DESKTOP: 2}
    without, given_them = impact_of(devices, today()), impact_of(devices, today(), parts)
    assert given_them.co2e_kg <= without.co2e_kg
    # What is not counted for a category's reuse is not counted against it either.
    only_desktops = {key: n for key, n in parts.items() if key[0] is Category.DESKTOP}
    assert impact_of(devices, today(), only_desktops).co2e_kg == without.co2e_kg
