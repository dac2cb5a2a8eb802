"""Where devices wait over three services, of whom nothing is heard, agreements in signature: by events alone."""

import html
import re
from datetime import datetime, time, timedelta
from typing import Any
from uuid import uuid4

from collect.devices.stage import is_waiting_sql, since_sql
from collect.network.repository import NetworkRepository
from collect.network.schemas import Who
from collect.network.stages import WAITING, Age
from filiere.calendar import PARIS, day_of, day_sql, today
from filiere.database import EVERYTHING
from filiere.testing.events import deliver, incoming
from filiere.testing.sql import rows

from .chain import Chain, laptop
from .told_stories import STORY, devices_of, told


async def chain_of(chain: Chain) -> dict[str, Any]:
    answer = await chain.coordinator.get("/api/v1/network")
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def noon(days_ago: int) -> datetime:
    """Noon of that day in Paris: so many days ago at whatever hour the test runs, also over a change of hour."""
    return datetime.combine(today() - timedelta(days=days_ago), time(12), PARIS)


async def home(chain: Chain) -> tuple[Any, list[str]]:
    """(a browser of the coordination, the links of its home)."""
    browser = await chain.client.login("nadia")
    text = (await browser.get("/a-faire")).text
    return browser, [html.unescape(link) for link in re.findall(r'href="(/reseau/[^"]+)"', text)]


async def relais(chain: Chain, name: str, agreement: str, since: str = "2026-11-20", **more: Any) -> str:
    id_ = more.get("relais_id") or str(uuid4())
    said = {"name": name, "city": "Mende", "territory": "48", "agreement": agreement, "since": since}
    await chain.hear("distribute.relais", "relais-changed", id_, relais_id=id_, **said)
    return id_


async def test_each_stage_counts_by_age_and_each_number_leads_to_as_many(chain: Chain) -> None:
    donation, _ = await chain.sent(*[laptop() for _ in range(5)])
    devices = await devices_of(chain, donation["id"])
    for device, step in zip(devices[:4], (0, 0, 4, 8), strict=True):
        await deliver(chain.database, chain.service, [told(device["id"], n) for n in range(step + 1)])
    aged = "UPDATE device SET work_at = $2, promise_at = now() WHERE id = $1::uuid"
    for device, days in zip(devices[:4], (1, 12, 45, 0), strict=True):
        await rows(chain.database, aged, device["id"], noon(days))
    stages = {one["stage"]: one for one in (await chain_of(chain))["stages"]}
    assert {name: (one["waiting"], one["late"], one["stuck"], one["days"]) for name, one in stages.items()} == {
        "in_transit": (1, 0, 0, 0), "arrived": (1, 1, 0, 12), "ready": (0, 0, 1, 45), "shipped": (1, 0, 0, 0),
    }  # fmt: skip
    browser, links = await home(chain)
    leading = [link for link in links if "equipements" in link]
    assert len(leading) == 4 + 5, "each stage, and each number that is not nought"
    counts = {"/reseau/equipements?etape=arrived": 2, "/reseau/equipements?etape=arrived&age=retard": 1}
    for link in leading:
        page = (await browser.get(link)).text
        assert page.count('data-label="Étape"') == counts.get(link, 1), link
        sheet = (await browser.get(link.replace("equipements", "equipements.csv"))).text
        assert len(sheet.strip().splitlines()) == 1 + counts.get(link, 1)
    arrived = (await browser.get("/reseau/equipements?etape=arrived&age=retard")).text
    bench = f"/login?next=%2Fequipements%2Fetiquettes%2F{devices[1]['label']}&amp;hint=nadia"
    assert bench in arrived, "at the workshop something can be done"
    shipped = (await browser.get("/reseau/equipements?etape=shipped")).text
    assert f"/login?next=%2Fstock%2Fequipements%2F{devices[3]['id']}&amp;hint=nadia" in shipped


async def test_a_device_is_late_after_seven_whole_days_of_paris_whatever_the_hour(chain: Chain) -> None:
    donation, _ = await chain.sent(*[laptop() for _ in range(4)])
    devices = await devices_of(chain, donation["id"])
    browser = await chain.client.login("nadia")
    for hour in (time(0, 30), time(23, 30)):
        for device, days in zip(devices, (7, 8, 30, 31), strict=True):
            since = datetime.combine(today() - timedelta(days=days), hour, PARIS)
            await rows(chain.database, "UPDATE device SET dispatched_at = $2 WHERE id = $1::uuid", device["id"], since)
        labels = [device["label"] for device in devices]
        for age, those in (("attente", labels[:1]), ("retard", labels[1:3]), ("bloque", labels[3:])):
            sheet = (await browser.get(f"/reseau/equipements.csv?etape=in_transit&age={age}")).text
            assert {one for one in labels if one in sheet} == set(those), (hour, age)
    [stage] = (await chain_of(chain))["stages"]
    assert (stage["waiting"], stage["late"], stage["stuck"], stage["days"]) == (1, 2, 1, 31)


async def test_a_step_of_which_no_moment_is_known_is_as_old_as_its_device(chain: Chain) -> None:
    """It fell in no age at all: the stage stood there with nought, nought, nought."""
    donation, _ = await chain.sent(laptop())
    [device] = await devices_of(chain, donation["id"])
    undated = "UPDATE device SET dispatched_at = NULL, created_at = $2 WHERE id = $1::uuid"
    await rows(chain.database, undated, device["id"], noon(12))
    [stage] = (await chain_of(chain))["stages"]
    assert (stage["waiting"], stage["late"], stage["stuck"], stage["days"]) == (0, 1, 0, 12)
    browser = await chain.client.login("nadia")
    assert device["label"] in (await browser.get("/reseau/equipements?age=retard")).text


async def test_what_waits_is_counted_with_each_change_as_the_devices_themselves_say(chain: Chain) -> None:
    """Inserted, moved by events several at once, withdrawn, and taken out: the kept count is that of the rows."""
    donation, _ = await chain.sent(*[laptop() for _ in range(4)])
    devices = await devices_of(chain, donation["id"])
    kept = """SELECT stage, day, sum(devices)::int FROM device_waiting_tally GROUP BY 1, 2 HAVING sum(devices) <> 0
        ORDER BY 1, 2"""
    counted = f"""SELECT stage, {day_sql(since_sql())}, count(*)::int FROM device WHERE {is_waiting_sql()}
        GROUP BY 1, 2 ORDER BY 1, 2"""
    for step in range(len(STORY)):
        await deliver(
            chain.database, chain.service, [told(one["id"], n) for one in devices[: step % 4 + 1] for n in range(step)]
        )
        await rows(chain.database, "UPDATE device SET work_at = work_at - interval '3 days' WHERE work = 'tested'")
        assert await rows(chain.database, kept) == await rows(chain.database, counted), step
    page = await (await chain.client.login("nadia")).get("/reseau/equipements")
    total = len(await rows(chain.database, f"SELECT FROM device WHERE {is_waiting_sql()}"))
    assert page.text.count('data-label="Étape"') == total


async def test_what_is_at_its_end_waits_no_more(chain: Chain) -> None:
    donation, _ = await chain.sent(laptop())
    [device] = await devices_of(chain, donation["id"])
    await deliver(chain.database, chain.service, [told(device["id"], step) for step in range(len(STORY))])
    assert (await chain_of(chain))["stages"] == []


async def test_what_was_lost_on_its_way_is_no_more_waited_for_until_it_is_found(chain: Chain) -> None:
    """It stood among what is sent, and was « bloqué » for ever."""
    donation, _ = await chain.sent(laptop())
    [device] = await devices_of(chain, donation["id"])
    shipped = next(n for n, (_, name, _) in enumerate(STORY) if name == "device-shipped")
    await deliver(chain.database, chain.service, [told(device["id"], step) for step in range(shipped + 1)])
    assert [one["stage"] for one in (await chain_of(chain))["stages"]] == ["shipped"]
    for event, stages in (("device-lost", []), ("device-found", ["shipped"])):
        await chain.hear("distribute.devices", event, device["id"], device_id=device["id"], territory="05")
        assert [one["stage"] for one in (await chain_of(chain))["stages"]] == stages, event
        page = (await (await chain.client.login("nadia")).get("/reseau/equipements")).text
        assert (device["label"] in page) is bool(stages), event


async def test_who_is_silent_is_named_until_it_is_heard_of(chain: Chain) -> None:
    assert (await chain_of(chain))["silent"] == []
    await rows(chain.database, "UPDATE donor SET created_at = $1", noon(200))
    await rows(chain.database, "UPDATE workshop SET changed_at = $1", noon(20))
    id_ = await relais(chain, "Relais de Mende", "signed")
    await rows(chain.database, "UPDATE relais SET first_told_at = $1", noon(70))
    silent = {one["who"]: (one["count"], one["days"]) for one in (await chain_of(chain))["silent"]}
    assert silent == {"donateurs": (1, 200), "ateliers": (1, 20), "relais": (1, 70)}
    browser, links = await home(chain)
    for link in (one for one in links if "nouvelles=aucune" in one):
        assert (await browser.get(link)).text.count('data-label="Qui"') == 1, link
    page = (await browser.get("/reseau/acteurs?nouvelles=aucune")).text
    assert page.count('data-label="Qui"') == 3
    assert f"/login?next=%2Frelais%2F{id_}&amp;hint=nadia" in page, "something can be done in distribute"
    assert len((await browser.get("/reseau/acteurs.csv?nouvelles=aucune")).text.strip().splitlines()) == 4

    _, lot = await chain.sent(laptop())
    await chain.hear("refurbish.lots", "lot-arrived", lot, lot_id=lot, workshop_id=chain.workshop_id)
    ordered = {"order_id": str(uuid4()), "relais_id": id_}
    await chain.hear("distribute.orders", "order-placed", ordered["order_id"], **ordered)
    assert (await chain_of(chain))["silent"] == []


async def test_agreements_in_signature_are_counted_and_led_to(chain: Chain) -> None:
    sent = await relais(chain, "Relais de Mende", "sent", "2026-11-20")
    await relais(chain, "Relais de Gap", "signed")
    signing = (await chain_of(chain))["signing"]
    assert signing["count"] == 1
    assert signing["days"] > 0
    browser, links = await home(chain)
    assert "/reseau/acteurs?convention=sent" in links
    page = (await browser.get("/reseau/acteurs?convention=sent")).text
    assert "Relais de Mende" in page
    assert "Relais de Gap" not in page
    await relais(chain, "Relais de Mende", "signed", relais_id=sent)
    assert (await chain_of(chain))["signing"] == {"count": 0, "days": None}


async def test_a_relais_is_heard_of_whatever_topic_arrives_first(chain: Chain) -> None:
    id_ = str(uuid4())
    for name, at in (("device-handed-over", "2026-11-30T10:00:00Z"), ("device-delivered", "2026-11-20T10:00:00Z")):
        data = {"device_id": str(uuid4()), "relais_id": id_, "territory": "48", "how": "sold", "occurred_at": at}
        await deliver(
            chain.database,
            chain.service,
            [incoming("distribute.devices", f"org.filiere.distribute.{name}.v1", id_, data)],
        )
    browser = await chain.client.login("nadia")
    assert 'data-label="Qui"' not in (await browser.get("/reseau/acteurs?qui=relais")).text, "no name is known yet"
    await relais(chain, "Relais de Mende", "signed", relais_id=id_)
    [kept] = await rows(
        chain.database, "SELECT name, max(day)::text FROM relais JOIN relais_heard USING (relais_id) GROUP BY 1"
    )
    assert tuple(kept) == ("Relais de Mende", "2026-11-30")


async def test_the_day_on_which_a_relais_was_heard_of_is_one_of_paris_wherever_the_database_stands(
    chain: Chain,
) -> None:
    id_ = await relais(chain, "Relais de Mende", "signed")
    await rows(chain.database, "UPDATE relais SET first_told_at = $1", noon(200))
    browser = await chain.client.login("nadia")
    for days, silent in ((60, 0), (61, 1)):
        heard = "INSERT INTO relais_heard VALUES ($1::uuid, $2)"
        await rows(chain.database, "DELETE FROM relais_heard")
        await rows(chain.database, heard, id_, today() - timedelta(days=days))
        page = (await browser.get("/reseau/acteurs?qui=relais")).text
        assert f"il y a {days} jours" in page.replace("\u00a0", " ")
        assert (await browser.get("/reseau/acteurs?nouvelles=aucune")).text.count('data-label="Qui"') == silent
    for zone in ("UTC", "America/Los_Angeles", "Pacific/Kiritimati"):
        async with chain.database.unit_of_work() as session:
            await (await session.driver()).execute(f"SET LOCAL TIME ZONE '{zone}'")
            found = await NetworkRepository.from_session(session).actors(Who.RELAIS, None, None, EVERYTHING)
        assert [day_of(one.last) for one in found.rows] == [today() - timedelta(days=61)], zone


async def test_only_the_coordination_sees_the_chain(chain: Chain) -> None:
    assert (await chain.donor.get("/api/v1/network")).status_code == 403
    browser = await chain.client.login("camille")
    for page in ("/reseau/equipements", "/reseau/acteurs", "/reseau/equipements.csv", "/reseau/acteurs.csv"):
        assert (await browser.get(page)).status_code == 403, page


async def test_the_chain_is_english_whole(chain: Chain) -> None:
    await chain.sent(laptop())
    browser = await chain.client.login("nadia")
    labels = [one.label_fr.capitalize() for one in (*WAITING, *Age)]
    for page in ("/a-faire", "/reseau/equipements"):
        english = html.unescape((await browser.get(f"{page}?lang=en")).text)
        assert [label for label in labels if label in english] == [], page
