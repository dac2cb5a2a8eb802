"""Find a device and read its way, as a donor and as the coordination."""

import re

from filiere.testing.events import deliver

from .chain import Chain, laptop
from .told_stories import STORY, devices_of, told


async def test_a_serial_leads_straight_to_its_history(chain: Chain) -> None:
    donation, _ = await chain.sent(laptop(serial="5CG8472QX1"), laptop(serial="5CG8472QX2"))
    device = next(one for one in await devices_of(chain, donation["id"]) if one["serial"] == "5CG8472QX1")
    await deliver(chain.database, chain.service, [told(device["id"], step) for step in range(len(STORY))])
    browser = await chain.client.login("camille")
    found = await browser.get("/equipements?q=5cg8472qx1")
    assert found.url.path == f"/equipements/{device['label']}"
    page = found.text
    steps = re.findall(r"<li><b>([^<]+)</b> <time", page)
    assert (steps[0], steps[-1].replace("\u00a0", " ").replace("&#39;", "'")) == (
        "Vendu à prix solidaire",
        "Accepté : l'équipement a son étiquette",
    )
    assert len(steps) == 3 + len(STORY)
    assert "Support SSD S1, ATA, NIST purge, nwipe" in page
    assert "Ouvrir la distribution" not in page, "another service is the coordination's"
    nadia = await chain.client.login("nadia")
    hers = (await nadia.get(found.url.path)).text
    assert "Ouvrir la distribution" in hers
    there = f"/login?next=%2Fstock%2Fequipements%2F{device['id']}&amp;hint=nadia"
    assert there in hers, "its page there, through the login, as herself"


async def test_the_beginning_of_a_number_lists_what_it_may_be_and_nothing_says_what_to_do(chain: Chain) -> None:
    donation, _ = await chain.sent(laptop(serial="5CG8472QX1"), laptop(serial="5CG8472QX2"))
    browser = await chain.client.login("camille")
    page = (await browser.get("/equipements?q=5CG")).text
    assert "2 équipements" in page.replace("\u00a0", " ")
    assert all(device["label"] in page for device in await devices_of(chain, donation["id"]))
    assert f"/dons/{donation['id']}" in (await browser.get(f"/equipements?q={donation['reference']}")).text
    assert "Rien ne porte" in (await browser.get("/equipements?q=zzz")).text
    assert (await browser.get("/equipements")).status_code == 200
    pasted = await browser.get(f"/equipements?q={'z' * 500}")
    assert pasted.status_code == 200
    assert "Rien ne porte" in pasted.text
    on_its_way = (await browser.get(f"/equipements/{(await devices_of(chain, donation['id']))[0]['label']}")).text
    assert "En route vers Atelier de Lens." in on_its_way.replace("\u00a0", " ")
    assert (await browser.get("/equipements/FIL-00000-0")).status_code == 404


async def test_the_impact_of_a_donation_is_shown_with_sums_that_a_reader_can_check(chain: Chain) -> None:
    phone = {"category": "smartphone", "model": "Galaxy A52", "quantity": 5}
    donation, _ = await chain.sent(laptop(serial="5CG8472QX1"), phone, {"category": "monitor", "model": "P2214H"})
    for device in await devices_of(chain, donation["id"]):
        await deliver(chain.database, chain.service, [told(device["id"], len(STORY) - 1)])
    page = (await (await chain.client.login("camille")).get(f"/dons/{donation['id']}")).text
    page = page.replace("\u00a0", " ").replace("&#39;", "'")
    assert re.search(r"327</span>.{0,40}kg CO2e évités", page)
    assert "pour 6 équipements réemployés" in page, "of the seven those that are counted"
    assert "1 équipement réemployé n'est pas compté." in page
    assert "5 smartphones × 24,6 kg × 2 ans = 246 kg" in page
    assert "1 écran : non compté, aucun chiffre publié" in page


async def test_fewer_than_five_people_are_not_counted_on_the_page(chain: Chain) -> None:
    few, _ = await chain.sent(laptop(quantity=4))
    many, _ = await chain.sent(laptop(quantity=5))
    screens, _ = await chain.sent(laptop(quantity=4), {"category": "monitor", "model": "P2214H", "quantity": 3})
    browser = await chain.client.login("camille")
    for donation, said, hidden in (
        (few, "Moins de 5 personnes équipées", "4 personnes"),
        (many, "5 personnes équipées (une par appareil remis, écrans et accessoires non comptés)", "Moins de 5"),
        (screens, "Moins de 5 personnes équipées", "7 personnes"),
    ):
        for device in await devices_of(chain, donation["id"]):
            await deliver(chain.database, chain.service, [told(device["id"], len(STORY) - 1)])
        page = (await browser.get(f"/dons/{donation['id']}")).text.replace("\u00a0", " ")
        assert said in page
        assert hidden not in page
