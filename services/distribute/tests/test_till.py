"""The till: what may be handed over, at what price, and what is never written down."""

import csv
import html
import io
import re

import pytest
from distribute.recipient_alias import alias
from filiere.testing.sql import copies

from .conftest import World


async def test_only_a_delivered_device_of_this_relais_is_handed_over(world: World) -> None:
    relais, other = await world.relais(), await world.relais("L'autre", postcode="69001")
    await world.ready(1)
    order = await world.order(relais, {"category": "tablet", "quantity": 1})
    await world.allocate()
    label = (await world.read(relais["client"], "/devices"))["items"][0]["label"]
    give = {"label": label, "kind": "given"}
    refused = await world.call(relais["client"], "/handovers", give, status=409)
    assert "n'est pas encore parti" in refused["detail"]
    (shipment,) = await world.send(order)
    await world.call(relais["client"], "/handovers", give, status=409)
    await world.call(relais["client"], f"/shipments/{shipment['id']}/deliver", {"labels": [label]})
    await world.call(other["client"], "/handovers", give, status=404)
    await world.call(world.coordinator, "/handovers", give, status=403)
    assert (await world.call(relais["client"], "/handovers", give, status=201))["amount_cents"] == 0
    again = await world.call(relais["client"], "/handovers", give, status=409)
    assert "déjà été remis" in again["detail"]


async def test_the_price_at_the_till_is_the_one_quoted_for_the_device_s_grade_and_tier(world: World) -> None:
    relais = await world.relais()
    _, (label,) = await world.delivered(relais, grade="A", category="laptop")
    till = await world.read(relais["client"], f"/handovers/till/{label}")
    prices = {one["tier"]: one["amount_cents"] for one in till["prices"]}
    assert prices["gift"] == 0 < prices["very_solidary"] <= prices["solidary"] <= 18_000
    sold = await world.call(
        relais["client"], "/handovers", {"label": label, "kind": "sold", "tier": "very_solidary"}, status=201
    )
    assert sold["amount_cents"] == prices["very_solidary"]
    assert any("très solidaire" in sentence for sentence in sold["explanation"])


async def test_a_structure_that_may_not_sell_gives(world: World) -> None:
    relais = await world.relais(may_sell=False)
    _, (label,) = await world.delivered(relais)
    refused = await world.call(
        relais["client"], "/handovers", {"label": label, "kind": "sold", "tier": "solidary"}, status=409
    )
    assert "ne lui permettent pas de vendre" in refused["detail"]
    await world.call(relais["client"], "/handovers", {"label": label, "kind": "given"}, status=201)


async def test_a_sale_has_a_paying_tier_and_a_gift_has_none(world: World) -> None:
    relais = await world.relais()
    _, (label,) = await world.delivered(relais)
    for body in (
        {"kind": "sold"},
        {"kind": "sold", "tier": "gift"},
        {"kind": "given", "tier": "solidary"},
    ):
        await world.call(relais["client"], "/handovers", {"label": label, **body}, status=422)
    await world.call(relais["client"], "/handovers", {"kind": "given"}, status=422)


@pytest.mark.parametrize("text", ["A-17", "Awa D.", "dossier 12", "tablette du mardi", "K."])
def test_a_local_alias_is_accepted(text: str) -> None:
    assert alias(f"  {text} ") == text


@pytest.mark.parametrize(
    "text",
    [
        "awa@exemple.fr",
        "06 12 34 56 78",
        "0612345678",
        "12/03/1984",
        "2840348123456",
        "Awa Diallo",
        "DIALLO Awa",
        "Mme Diallo",
        "Jean-Pierre O'Neil",
        "www.awa.fr",
        "x" * 31,
    ],
)
def test_an_alias_that_looks_like_an_identity_is_refused_and_not_repeated(text: str) -> None:
    with pytest.raises(ValueError) as refused:
        alias(text)
    assert text not in str(refused.value)
    assert "A-17" in str(refused.value)


async def test_an_identity_at_the_till_is_refused_beside_its_field_and_never_echoed(world: World) -> None:
    relais = await world.relais()
    _, (label,) = await world.delivered(relais)
    body = {"label": label, "kind": "given", "person_alias": "Awa Diallo"}
    answer = await relais["client"].post("/api/v1/handovers", json=body)
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == "person_alias"
    assert "Diallo" not in answer.text


async def test_nobody_outside_the_relais_learns_anything_of_the_person(world: World) -> None:
    relais = await world.relais()
    _, (label,) = await world.delivered(relais)
    body = {"label": label, "kind": "sold", "tier": "very_solidary", "person_alias": "Zébulon", "public": "femmes"}
    handover = await world.call(relais["client"], "/handovers", body, status=201)
    (event,) = await world.published("device-handed-over")
    assert set(event.data) == {"occurred_at", "device_id", "relais_id", "territory", "how"}
    for path in ("/handovers", f"/handovers/{handover['id']}", "/handovers.csv", f"/handovers/till/{label}"):
        await world.read(world.coordinator, path, status=403)
    summary = await world.coordinator.get("/api/v1/handovers/summary")
    assert "Zébulon" not in summary.text
    assert "femmes" not in summary.text
    (month,) = summary.json()
    assert (month["sold"], month["given"], month["amount_cents"]) == (1, 0, handover["amount_cents"])
    everything = await world.coordinator.get("/api/v1/devices")
    assert "Zébulon" not in everything.text


async def test_a_coordinator_who_is_also_of_a_relais_sees_that_relais_only(world: World) -> None:
    mine, other = await world.relais("Le nôtre"), await world.relais("L'autre", postcode="69001")
    for relais in (mine, other):
        _, (label,) = await world.delivered(relais)
        await world.call(relais["client"], "/handovers", {"label": label, "kind": "given"}, status=201)
    await world.client.known("camille")
    await world.call(world.coordinator, f"/relais/{mine['id']}/members", {"subject": "camille"}, status=201)
    seen = await world.read(await world.client.as_("camille"), "/handovers")
    assert [one["relais_id"] for one in seen["items"]] == [mine["id"]]


async def test_receipts_are_numbered_without_a_gap_even_when_a_handover_fails(world: World) -> None:
    relais = await world.relais()
    _, labels = await world.delivered(relais, 3)
    receipts = []
    for label in labels:
        await world.call(relais["client"], "/handovers", {"label": label, "kind": "sold", "tier": "gift"}, status=422)
        answer = await world.call(relais["client"], "/handovers", {"label": label, "kind": "given"}, status=201)
        await world.call(relais["client"], "/handovers", {"label": label, "kind": "given"}, status=409)
        receipts.append(int(answer["receipt"].split("-")[1]))
    assert receipts == [1, 2, 3]


async def test_a_receipt_never_calls_a_device_new(world: World) -> None:
    relais = await world.relais()
    _, (label,) = await world.delivered(relais)
    body = {"label": label, "kind": "given", "declared_defects": "Une rayure, sinon comme neuf"}
    refused = await world.call(relais["client"], "/handovers", body, status=422)
    assert "2022-190" in refused["errors"][0]["message_fr"]


async def test_the_accountant_s_file_holds_amounts_and_no_person(world: World) -> None:
    relais = await world.relais()
    _, labels = await world.delivered(relais, 2)
    sold = {"label": labels[0], "kind": "sold", "tier": "solidary", "person_alias": "Zébulon", "public": "seniors"}
    handover = await world.call(relais["client"], "/handovers", sold, status=201)
    await world.call(relais["client"], "/handovers", {"label": labels[1], "kind": "given"}, status=201)
    answer = await relais["client"].get("/api/v1/handovers.csv")
    assert "Zébulon" not in answer.text
    assert "seniors" not in answer.text.lower()
    header, *rows = csv.reader(io.StringIO(answer.text.removeprefix("\ufeff")), delimiter=";")
    amount = header.index("Montant TTC (€)")
    assert [row[amount] for row in rows] == [f"{handover['amount_cents'] / 100:.2f}".replace(".", ","), "0,00"]


async def test_the_till_lists_every_handover_of_the_day(world: World) -> None:
    """It showed a hundred and called them the day's."""
    relais = await world.relais()
    _, (label,) = await world.delivered(relais)
    await world.call(relais["client"], "/handovers", {"label": label, "kind": "given"}, status=201)
    device = "('00000000-0000-7000-8000-' || lpad(n::text, 12, '0'))::uuid"
    await copies(world.database, "stock_item", 120, device_id=device, label="'FIL-COPIE-' || n")
    await copies(
        world.database, "handover", 120, id="gen_random_uuid()", device_id=device, receipt_number="receipt_number + n"
    )
    browser = await world.client.login(relais["subject"])
    page = (await browser.get("/caisse")).text
    assert "121 remises" in page.replace("\xa0", " ")
    assert "121 donnés" in page.replace("\xa0", " ")
    (following,) = re.findall(r'rel="next" href="([^"]+)"', page)
    rest = (await browser.get(html.unescape(following))).text
    receipts = [re.findall(r'href="/caisse/recus/([^"]+)"', text) for text in (page, rest)]
    assert [len(some) for some in receipts] == [100, 21]
    assert len({*receipts[0], *receipts[1]}) == 121
    lines = (await browser.get("/caisse/remises.csv")).text.split("\r\n")
    assert len(lines) == 1 + 121 + 1


async def test_more_devices_than_the_till_offers_are_counted_and_reached(world: World) -> None:
    relais = await world.relais()
    await world.delivered(relais)
    await copies(world.database, "stock_item", 104, device_id="gen_random_uuid()", label="'FIL-COPIE-' || n")
    browser = await world.client.login(relais["subject"])
    page = (await browser.get("/caisse")).text.replace("\xa0", " ")
    assert 'href="/mon-stock?statut=delivered">Et 5 autres' in page
