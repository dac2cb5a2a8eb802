"""A case and the network: a device kept for it, the broken one on its road, the repaired one back for who waits."""

import asyncio
from pathlib import Path
from typing import Any

import distribute
from distribute.after_sale.schemas import WHERE
from distribute.statuses import StockStatus
from filiere.calendar import months_after, today
from filiere.testing.answers import Json
from filiere.web.i18n import read_catalogue

from .conftest import World
from .test_after_sale import back, sold, status_of, till_total
from .test_pages import submit, words


async def settled(world: World, relais: Any, case: Json, *, status: int = 200, **said: object) -> Json:
    return await world.call(
        relais["client"], f"/after-sale/{case['id']}/settle", {"way": "swap", **said}, status=status
    )


async def seen(world: World, who: Any, case: Json) -> Json:
    return await world.read(who["client"], f"/after-sale/{case['id']}")


async def arrives(world: World, relais: Any, case: Json) -> None:
    """What is kept for a case goes by parcel to its Relais."""
    for shipment in await world.send({"id": case["order_id"]}):
        labels = [one["label"] for one in shipment["items"]]
        await world.call(relais["client"], f"/shipments/{shipment['id']}/deliver", {"labels": labels})


def test_wherever_a_repaired_device_is_people_read_it_in_both_languages() -> None:
    assert WHERE.keys() == {*StockStatus}
    english = read_catalogue(Path(distribute.__file__).parent / "locales" / "en.po")
    assert [text for text in WHERE.values() if text not in english] == []


async def test_a_free_device_is_kept_at_once_and_handed_over_without_money(world: World) -> None:
    relais = await world.relais()
    _, (broken,) = await world.delivered(relais)
    await world.ready(grade="C")
    (good,) = await world.ready(grade="B")
    sale = await sold(world, relais, broken, person_alias="A-17")
    case = await back(world, relais, sale, way="network")
    assert (case["kept_label"], case["kept_status"], case["outcome"]) == (good["label"], "reserved", None)
    # The next allocation gives it to nobody else.
    await world.order(relais, {"category": "tablet", "quantity": 3})
    await world.allocate()
    assert (await seen(world, relais, case))["kept_label"] == good["label"]
    await arrives(world, relais, case)
    # Nobody else gets it at the till.
    refused = await world.call(relais["client"], "/handovers", {"label": good["label"], "kind": "given"}, status=409)
    assert "gardé" in refused["detail"]
    browser = await world.client.login(relais["subject"])
    assert "gardé" in (await browser.get(f"/caisse/equipements/{good['label']}")).text
    done = await settled(world, relais, case)
    assert (done["outcome"], done["replacement_label"]) == ("swapped", good["label"])
    given = await world.read(relais["client"], f"/handovers/{done['replacement_handover_id']}")
    assert (given["amount_cents"], given["person_alias"]) == (0, "A-17")
    assert given["guaranteed_until"] == months_after(today(), 24).isoformat()
    assert await till_total(world) == sale["amount_cents"]
    (order,) = await world.rows(f"SELECT status FROM relais_order WHERE id = '{case['order_id']}'")
    assert order["status"] == "closed"
    assert not [event for event in await world.published() if "A-17" in str(event.data)]


async def test_where_none_is_free_the_next_one_is_for_who_waits(world: World) -> None:
    relais = await world.relais()
    _, (broken,) = await world.delivered(relais)
    case = await back(world, relais, await sold(world, relais, broken), way="network")
    assert (case["kept_label"], case["order_status"]) == (None, "approved")
    (next_one,) = await world.ready(grade="A")
    await world.allocate()
    assert (await seen(world, relais, case))["kept_label"] == next_one["label"]


async def test_the_coordination_asks_for_a_case_once_and_reads_no_receipt(world: World) -> None:
    relais = await world.relais()
    _, (broken,) = await world.delivered(relais)
    await world.ready(2)
    case = await back(world, relais, await sold(world, relais, broken))
    path = f"/api/v1/after-sale/{case['id']}/ask-the-network"
    answers = await asyncio.gather(*((world.coordinator, relais["client"])[n % 2].post(path) for n in range(20)))
    assert sorted(answer.status_code for answer in answers) == [200] + [409] * 19
    (made,) = [answer.json() for answer in answers if answer.is_success]
    assert await world.statuses() == {"returning": 1, "reserved": 1, "available": 1}
    told = await world.read(world.coordinator, f"/after-sale/{case['id']}")
    assert (told["kept_label"], told["receipt"], told["handover_id"]) == (made["kept_label"], None, None)
    other = await world.relais("L'autre", postcode="69001")
    await world.call(other["client"], f"/after-sale/{case['id']}/ask-the-network", status=404)


async def test_a_repaired_device_is_kept_for_who_waits_and_both_roads_are_dated(world: World) -> None:
    relais = await world.relais()
    _, (label,) = await world.delivered(relais, grade="B")
    # Another Relais waits for the same: it gets another one.
    other = await world.relais("L'autre", postcode="69001")
    await world.order(other, {"category": "tablet", "quantity": 1})
    sale = await sold(world, relais, label)
    case = await back(world, relais, sale)
    sent = await world.call(
        relais["client"], f"/after-sale/{case['id']}/send-back", {"carrier": "La Poste", "tracking": "8L001"}
    )
    assert (sent["tracking"], sent["sent_at"] is not None) == ("8L001", True)
    await world.call(relais["client"], f"/after-sale/{case['id']}/send-back", {}, status=409)
    device = {"device_id": case["device_id"], "label": label}
    await world.deliver(world.asked_back_event(device, never_left=True))
    assert (await seen(world, relais, case))["at_workshop_at"] is not None
    await world.deliver(world.ready_event(**device, grade="C"))
    await world.allocate()
    kept = await seen(world, relais, case)
    assert (kept["kept_label"], kept["status"], kept["repaired_at"] is not None) == (label, "reserved", True)
    (reserved,) = [event for event in await world.published("device-reserved") if event.key == case["device_id"]][1:]
    assert reserved.data["relais_id"] == relais["id"]
    await arrives(world, relais, kept)
    done = await settled(world, relais, case)
    assert done["outcome"] == "repaired"
    again = await world.read(relais["client"], f"/handovers/{done['replacement_handover_id']}")
    assert again["guaranteed_until"] == months_after(today(), 30).isoformat()
    assert await world.statuses() == {"handed_over": 1}
    assert await till_total(world) == sale["amount_cents"]


async def test_what_cannot_be_repaired_says_so_and_leads_to_another_one(world: World) -> None:
    relais = await world.relais()
    _, (label,) = await world.delivered(relais)
    case = await back(world, relais, await sold(world, relais, label))
    device = {"device_id": case["device_id"], "label": label}
    await world.deliver(world.asked_back_event(device, never_left=True))
    await world.client.login(relais["subject"])
    await world.rows("UPDATE person SET address = subject || '@relais.example' WHERE subject LIKE 'person-%'")
    await world.deliver(world.withdrawn_event(device, "Irréparable"))
    await world.deliver(world.withdrawn_event(device, "Irréparable"))  # told again
    assert (await seen(world, relais, case))["unrepairable_at"] is not None
    (letter,) = await world.rows("SELECT page, data::text FROM mail WHERE kind = 'case-unrepairable'")
    assert letter == {"page": f"/sav/{case['id']}", "data": f'{{"label": "{label}"}}'}
    (good,) = await world.ready()
    asked = await world.call(world.coordinator, f"/after-sale/{case['id']}/ask-the-network")
    assert asked["kept_label"] == good["label"]
    await arrives(world, relais, asked)
    assert (await settled(world, relais, case))["outcome"] == "swapped"


async def test_a_case_that_ends_otherwise_lets_go_of_what_was_kept(world: World) -> None:
    relais = await world.relais()
    _, (label,) = await world.delivered(relais)
    await world.ready()
    case = await back(world, relais, await sold(world, relais, label), way="network")
    assert await world.statuses() == {"returning": 1, "reserved": 1}
    assert (await settled(world, relais, case, way="refund"))["outcome"] == "refunded"
    assert await world.statuses() == {"returning": 1, "available": 1}
    await settled(world, relais, case, status=409)


async def test_nobody_waits_any_more(world: World) -> None:
    relais = await world.relais()
    _, (label,) = await world.delivered(relais)
    await world.ready()
    case = await back(world, relais, await sold(world, relais, label), way="network")
    closed = await world.call(relais["client"], f"/after-sale/{case['id']}/close")
    assert (closed["outcome"], closed["payer"]) == ("closed", "network")
    assert await world.statuses() == {"returning": 1, "available": 1}
    await world.call(relais["client"], f"/after-sale/{case['id']}/close", status=409)


async def test_what_is_lost_on_its_way_to_a_case_is_replaced(world: World) -> None:
    relais = await world.relais()
    _, (label,) = await world.delivered(relais)
    first, second = await world.ready(2)
    case = await back(world, relais, await sold(world, relais, label), way="network")
    (shipment,) = await world.send({"id": case["order_id"]})
    await world.call(relais["client"], f"/shipments/{shipment['id']}/missing", {"labels": []})
    (incident,) = (await world.read(world.coordinator, "/incidents", is_open=True))["items"]
    await world.call(world.coordinator, f"/incidents/{incident['id']}/settle", {"outcome": "lost"})
    assert {case["kept_label"], (await seen(world, relais, case))["kept_label"]} == {first["label"], second["label"]}


async def test_a_refund_outside_the_guarantee_is_asked_about(world: World) -> None:
    relais = await world.relais()
    _, (label,) = await world.delivered(relais)
    sale = await sold(world, relais, label)
    refused = await back(world, relais, sale, fault="dropped", way="refund", status=422)
    assert refused["errors"][0]["field"] == "confirmed"
    assert await status_of(world, label) == "handed_over"
    done = await back(world, relais, sale, fault="dropped", way="refund", confirmed=True)
    assert (done["outcome"], done["refunded_cents"], await till_total(world)) == ("refunded", sale["amount_cents"], 0)


async def test_a_part_may_be_paid_back_and_the_journal_stays_whole(world: World) -> None:
    relais = await world.relais()
    _, (label,) = await world.delivered(relais)
    part = {"structure_cents": 1000, "structure_means": "transfer"}
    cart = {"devices": [{"label": label}], "kind": "sold", "tier": "solidary", "means": "cash", **part}
    (sale,) = (await world.call(relais["client"], "/checkouts", cart, status=201))["handovers"]
    await back(world, relais, sale, way="refund", refund_cents=sale["amount_cents"] + 1, status=422)
    done = await back(world, relais, sale, way="refund", refund_cents=501)
    assert (done["outcome"], done["refunded_cents"]) == ("refunded", 501)
    assert await till_total(world) == sale["amount_cents"] - 501
    (minus,) = await world.rows("SELECT person_cents, structure_cents FROM till_entry WHERE kind = 'undo'")
    assert minus["person_cents"] + minus["structure_cents"] == -501
    assert minus["structure_cents"] == -(501 * 1000 // sale["amount_cents"])
    (proof,) = await world.read(relais["client"], "/till/verification")
    assert (proof["holds"], proof["breaks"]) == (True, [])
    stands = await world.read(relais["client"], f"/handovers/{sale['id']}")
    assert stands["amount_cents"] == sale["amount_cents"] - 501


async def test_after_a_swap_the_first_sale_is_paid_back(world: World) -> None:
    relais = await world.relais()
    _, (broken, good) = await world.delivered(relais, 2)
    sale = await sold(world, relais, broken)
    first = await back(world, relais, sale, way="swap", replacement=good)
    second = {"id": first["replacement_handover_id"]}
    done = await back(world, relais, second, way="refund")
    assert (done["outcome"], done["refunded_cents"]) == ("refunded", sale["amount_cents"])
    assert await till_total(world) == 0
    assert await world.statuses() == {"returning": 2}
    (proof,) = await world.read(relais["client"], "/till/verification")
    assert (proof["holds"], proof["breaks"]) == (True, [])


async def test_outside_the_guarantee_a_repair_is_paid_by_both_and_under_it_by_the_network_or_the_workshop(
    world: World,
) -> None:
    relais = await world.relais()
    _, (dropped, covered) = await world.delivered(relais, 2)
    sale, other = await sold(world, relais, dropped), await sold(world, relais, covered)
    case, theirs = await back(world, relais, sale, fault="dropped"), await back(world, relais, other)
    assert (case["payer"], theirs["payer"]) == (None, "network")
    payer = await world.call(world.coordinator, f"/after-sale/{theirs['id']}/payer", {"payer": "workshop"})
    assert payer["payer"] == "workshop"
    await world.call(world.coordinator, f"/after-sale/{case['id']}/payer", {"payer": "workshop"}, status=422)
    for one in (case, theirs):
        device = {"device_id": one["device_id"], "label": one["label"]}
        await world.deliver(world.asked_back_event(device, never_left=True), world.ready_event(**device))
        await arrives(world, relais, await seen(world, relais, one))
    paid: Json = {"person_cents": 500, "means": "cash", "structure_cents": 700, "structure_means": "voucher"}
    await settled(world, relais, theirs, status=422, **paid)
    await settled(world, relais, case, status=422, **{**paid, "person_cents": 40_000})
    await settled(world, relais, case, status=422, **{**paid, "means": None})
    done = await settled(world, relais, case, **paid)
    assert (done["payer"], done["person_cents"], done["structure_cents"]) == ("both", 500, 700)
    assert await till_total(world) == sale["amount_cents"] + other["amount_cents"] + 1200
    receipt = await world.read(relais["client"], f"/handovers/{done['replacement_handover_id']}")
    # No new guarantee: what was left of the old one.
    assert receipt["guaranteed_until"] == months_after(today(), 24).isoformat()
    (proof,) = await world.read(relais["client"], "/till/verification")
    assert (proof["holds"], proof["breaks"]) == (True, [])


async def test_the_pages_lead_from_the_return_parcel_to_the_swap(world: World) -> None:
    relais = await world.relais()
    _, (label,) = await world.delivered(relais)
    await world.ready()
    sale = await sold(world, relais, label)
    browser, camille = await world.client.login(relais["subject"]), await world.client.login("camille")
    page = f"/sav/remises/{sale['id']}"
    assert "gardé pour ce dossier" in words(await submit(browser, page, fault="screen", way="network"))
    # The same form, sent by somebody who had opened it before.
    again = words(await submit(browser, "/sav", page, fault="screen", way="repair"))
    assert "Quelqu'un l'a déjà fait" in again
    (case,) = (await world.read(relais["client"], "/after-sale"))["items"]
    here = f"/sav/{case['id']}"
    for paper in ("bon-de-retour.pdf", "etiquette.pdf"):
        pdf = await browser.get(f"{here}/{paper}")
        assert pdf.content.startswith(b"%PDF")
        assert b"A-17" not in pdf.content
    sent = words(await submit(browser, here, f"{here}/renvoyer", carrier="La Poste", tracking="8L001"))
    assert "La Poste · 8L001" in sent
    assert "Quelqu'un l'a déjà fait" in words(await submit(browser, here, f"{here}/renvoyer"))
    assert "C'est noté" in words(await submit(camille, here, f"{here}/qui-paie", payer="workshop"))
    assert "Quelqu'un l'a déjà fait" in words(await submit(camille, here, f"{here}/demander"))
    await arrives(world, relais, case)
    told = words(await browser.get(here))
    assert f"Remettre {case['kept_label']} à la personne" in told
    assert "C'est échangé." in words(await submit(browser, here, f"{here}/regler", way="swap"))
    assert "Quelqu'un l'a déjà fait" in words(await submit(browser, here, f"{here}/regler", way="refund"))
    assert "Quelqu'un l'a déjà fait" in words(await submit(browser, here, f"{here}/clore"))
    workshop = words(await camille.get(here))
    assert "Qui paie L'atelier" in workshop
