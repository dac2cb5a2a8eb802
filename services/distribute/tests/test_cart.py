"""The cart: several devices for one person or structure in one go, sold once whatever is repeated."""

import asyncio
import re
from datetime import datetime, timedelta
from typing import Any

from distribute.handovers.chaining import shares
from distribute.typed_euros import cents_of
from filiere.calendar import now, today
from filiere.identifiers import uuid7
from filiere.testing.answers import found
from hypothesis import given
from hypothesis import strategies as st

from .conftest import World
from .test_pages import submit, words

SOLD = {"kind": "sold", "tier": "solidary"}


def cart(labels: list[str], **said: Any) -> dict[str, Any]:
    return {**SOLD, "devices": [{"label": label} for label in labels], **said}


async def test_several_devices_leave_in_one_go_with_a_receipt_each(world: World) -> None:
    relais = await world.relais()
    _, labels = await world.delivered(relais, 3)
    made = await world.call(relais["client"], "/checkouts", cart(labels, means="card"), status=201)
    assert [one["label"] for one in made["handovers"]] == labels
    numbers = [int(one["receipt"].split("-")[1]) for one in made["handovers"]]
    assert numbers == [1, 2, 3]
    assert made["amount_cents"] == sum(one["amount_cents"] for one in made["handovers"]) == made["person_cents"]
    assert {one["means"] for one in made["handovers"]} == {"card"}
    assert await world.statuses() == {"handed_over": 3}
    assert len(await world.published("device-handed-over")) == 3


async def test_one_device_that_may_not_leave_keeps_all_of_them(world: World) -> None:
    relais = await world.relais()
    _, labels = await world.delivered(relais, 2)
    await world.call(relais["client"], "/handovers", {"label": labels[1], "kind": "given"}, status=201)
    refused = await world.call(relais["client"], "/checkouts", cart(labels), status=409)
    assert labels[1] in refused["detail"]
    await world.call(relais["client"], "/checkouts", cart([labels[0], labels[0]]), status=422)
    assert await world.statuses() == {"delivered": 1, "handed_over": 1}


async def test_a_structure_pays_a_part_and_the_person_the_rest(world: World) -> None:
    relais = await world.relais()
    _, labels = await world.delivered(relais, 2)
    whole = 2 * (await world.read(relais["client"], f"/handovers/till/{labels[0]}"))["prices"][2]["amount_cents"]
    too_much = cart(labels, structure_cents=whole + 1, structure_means="transfer")
    refused = await world.call(relais["client"], "/checkouts", too_much, status=422)
    assert refused["errors"][0]["field"] == "structure_cents"
    said = cart(labels, means="cash", structure_cents=whole - 700, structure_means="transfer")
    made = await world.call(relais["client"], "/checkouts", said, status=201)
    assert (made["person_cents"], made["structure_cents"]) == (700, whole - 700)
    entries = (await world.read(relais["client"], "/till/entries"))["items"]
    assert sum(one["person_cents"] for one in entries) == 700
    assert sum(one["structure_cents"] for one in entries) == whole - 700
    assert {(one["person_means"], one["structure_means"]) for one in entries} <= {
        (None, "transfer"),
        ("cash", "transfer"),
        ("cash", None),
    }


@given(st.lists(st.integers(0, 20_000), min_size=1, max_size=20), st.data())
def test_parts_add_up_to_the_cent(amounts: list[int], data: st.DataObject) -> None:
    structure = data.draw(st.integers(0, sum(amounts)))
    parts = shares(amounts, structure)
    assert [sum(one) for one in parts] == amounts
    assert sum(one[1] for one in parts) == structure
    assert all(person >= 0 and paid >= 0 for person, paid in parts)
    # Each is paid in proportion, to the cent: whoever brings one back is given their part of it.
    assert all(abs(paid * sum(amounts) - structure * sum(one)) <= sum(amounts) for one in parts for paid in one[1:])


@given(st.integers(0, 99_999_99))
def test_an_amount_is_read_as_people_write_it(cents: int) -> None:
    euros, rest = divmod(cents, 100)
    assert cents_of(f"{euros},{rest:02d}") == cents_of(f" {euros}.{rest:02d} € ") == cents


async def test_the_same_key_sells_once_and_another_cart_by_it_is_refused(world: World) -> None:
    relais, other = await world.relais(), await world.relais("L'autre", postcode="69001")
    _, labels = await world.delivered(relais, 2)
    _, (theirs,) = await world.delivered(other)
    body = cart(labels[:1], id=str(uuid7()))
    first = await world.call(relais["client"], "/checkouts", body, status=201)
    assert await world.call(relais["client"], "/checkouts", body, status=201) == first
    await world.call(relais["client"], "/checkouts", {**body, "devices": [{"label": labels[1]}]}, status=409)
    await world.call(other["client"], "/checkouts", {**body, "devices": [{"label": theirs}]}, status=409)
    assert (await world.read(relais["client"], "/handovers"))["total"] == 1


async def test_a_sale_without_the_network_keeps_its_time_and_is_entered_when_it_arrives(world: World) -> None:
    relais = await world.relais()
    _, labels = await world.delivered(relais, 2)
    late = cart(labels[:1], sold_at=(now() - timedelta(days=8)).isoformat())
    refused = await world.call(relais["client"], "/checkouts", late, status=422)
    assert refused["errors"][0]["field"] == "sold_at"
    when = now() - timedelta(days=2)
    made = await world.call(relais["client"], "/checkouts", cart(labels[:1], sold_at=when.isoformat()), status=201)
    assert datetime.fromisoformat(made["handovers"][0]["handed_over_at"]) == when
    (entry,) = (await world.read(relais["client"], "/till/entries"))["items"]
    assert entry["day"] == today().isoformat()
    assert datetime.fromisoformat(entry["details"]["sold_at"]) == when
    fast = cart(labels[1:], sold_at=(now() + timedelta(minutes=10)).isoformat())  # a telephone's clock
    made = await world.call(relais["client"], "/checkouts", fast, status=201)
    assert datetime.fromisoformat(made["handovers"][0]["handed_over_at"]) <= now()


async def test_twenty_at_once_sell_a_device_once(world: World) -> None:
    relais = await world.relais()
    _, (label, other) = await world.delivered(relais, 2)
    bodies = [cart([label]) for _ in range(10)] + [cart([other], id="0193a1b2-0000-7000-8000-00000000c0de")] * 10
    answers = await asyncio.gather(*(relais["client"].post("/api/v1/checkouts", json=body) for body in bodies))
    statuses = [answer.status_code for answer in answers]
    assert (statuses[:10].count(201), statuses[:10].count(409)) == (1, 9)
    assert statuses[10:] == [201] * 10
    assert len({answer.json()["id"] for answer in answers[10:]}) == 1
    (proof,) = await world.read(relais["client"], "/till/verification")
    assert (proof["holds"], proof["entries"]) == (True, 2)


async def test_enter_adds_what_was_scanned_and_hands_nothing_over(world: World) -> None:
    """What a browser sends when Enter is pressed anywhere in the form: its first button."""
    relais = await world.relais()
    _, labels = await world.delivered(relais, 2)
    browser = await world.client.login(relais["subject"])
    shown = await submit(browser, "/caisse", label=labels[0])
    first = re.findall(r"<button[^>]*>", shown.text[shown.text.index('action="/caisse/panier"') :])[0]
    assert "formaction" not in first
    page = f"/caisse/panier?e={labels[0]}"
    again = await submit(browser, page, "/caisse/panier", e=labels[0], label=labels[1], tier="solidary")
    assert "2 équipements" in words(again)
    assert re.search(r'value="solidary" checked', again.text)
    wrong = await submit(browser, page, "/caisse/panier", e=labels[0], label="FIL-00000-1")
    assert 'data-sound="wrong"' in wrong.text
    fewer = await submit(browser, page, "/caisse/panier", e=labels, remove=labels[0])
    assert "1 équipement" in words(fewer)
    assert await world.statuses() == {"delivered": 2}


async def test_a_cart_without_a_tier_is_refused_and_keeps_what_was_said(world: World) -> None:
    relais = await world.relais()
    _, (label,) = await world.delivered(relais)
    browser = await world.client.login(relais["subject"])
    said = {"id": str(uuid7()), "e": label, "person_alias": "A-17", "bracket": "1 234,56"}
    refused = await submit(browser, f"/caisse/panier?e={label}", "/caisse/panier/remettre", **said)
    assert refused.status_code == 422
    assert 'value="A-17"' in refused.text
    assert "Écrivez une tranche" in words(refused)


async def test_the_shown_receipt_needs_its_address_and_names_neither_person_nor_tier(world: World) -> None:
    relais = await world.relais()
    _, labels = await world.delivered(relais, 2)
    said = {"person_alias": "Zébulon", "tier": "very_solidary", "bracket": "500-700", "seen_by": "AL"}
    made = await world.call(relais["client"], "/checkouts", cart(labels, **said), status=201)
    browser = await world.client.login(relais["subject"])
    receipt = await browser.get(f"/caisse/recus/{made['handovers'][0]['id']}")
    address = found(r'href="[^"]*(/recu/[^"]+)"', receipt.text)[1]
    stranger = world.client.anonymous()
    shown = await stranger.get(address)
    assert shown.status_code == 200
    assert all(label in shown.text for label in labels)
    assert "Garantie : 2 ans" in words(shown)
    for word in ("Zébulon", "solidaire", "500-700"):
        assert word not in shown.text
    assert (await stranger.get(address[:-1] + ("A" if address[-1] != "A" else "B"))).status_code == 404
    for one in made["handovers"]:
        await world.call(relais["client"], f"/handovers/{one['id']}/undo", {"reason": "trial"})
    assert (await stranger.get(address)).status_code == 404


async def test_the_cart_names_what_is_missing(world: World) -> None:
    relais = await world.relais()
    _, (label,) = await world.delivered(relais)
    browser = await world.client.login(relais["subject"])
    page = f"/caisse/panier?e={label}"
    bare = await submit(browser, page, "/caisse/panier/remettre", id=str(uuid7()), e=label, means="card")
    assert bare.status_code == 422
    assert "Palier : Ce champ est obligatoire." in words(bare)


async def test_one_field_takes_whatever_number_is_on_the_device(world: World) -> None:
    relais = await world.relais()
    _, (label,) = await world.delivered(relais, 1, serial="C02XK1AAJGH5", identifiers=["490154203237518", "MAIRIE0042"])
    browser = await world.client.login(relais["subject"])
    for typed in (label, label[4:], "c02xk1aajgh5", "49 015420 323751 8", "Mairie0042"):
        shown = await submit(browser, "/caisse", label=typed)
        assert (shown.status_code, str(shown.url).partition("?")[2]) == (200, f"e={label}"), typed
    refused = await submit(browser, "/caisse", label="inconnu-77")
    assert refused.status_code == 404
    # Beside its field.
    assert found(r'id="scan-label-error">.*?<span>([^<]+)<', refused.text)[1].startswith("Cet équipement n")


async def test_a_number_that_two_devices_bear_names_neither(world: World) -> None:
    relais = await world.relais()
    _, labels = await world.delivered(relais, 2, serial="SHARED77")
    browser = await world.client.login(relais["subject"])
    assert "scannez l'étiquette" in words(await submit(browser, "/caisse", label="shared77"))
    await world.call(relais["client"], "/handovers", {"label": labels[0], "kind": "given"}, status=201)
    shown = await submit(browser, "/caisse", label="shared77")  # one of them alone is still here
    assert str(shown.url).endswith(f"e={labels[1]}")


async def test_the_till_offers_each_seller_the_means_they_took_last(world: World) -> None:
    relais = await world.relais()
    _, labels = await world.delivered(relais, 3)
    colleague = await world.client.known("colleague")
    body = {"subject": colleague, "role": "relais"}
    await world.call(world.coordinator, f"/relais/{relais['id']}/members", body)
    await world.call(relais["client"], "/checkouts", cart(labels[:1], means="card"), status=201)
    theirs = await world.client.as_(colleague)
    await world.call(theirs, "/checkouts", cart(labels[1:2], means="cheque"), status=201)
    for subject, means in ((relais["subject"], "card"), (colleague, "cheque")):
        browser = await world.client.login(subject)
        page = (await browser.get(f"/caisse/panier?e={labels[2]}")).text
        assert found(r'name="means" value="(\w+)" checked', page)[1] == means


async def test_a_criterion_says_who_saw_it_and_which_bracket_each_beside_its_field(world: World) -> None:
    relais = await world.relais()
    _, (label,) = await world.delivered(relais)
    browser = await world.client.login(relais["subject"])
    page, sell = f"/caisse/panier?e={label}", "/caisse/panier/remettre"
    said = {"id": str(uuid7()), "e": label, "tier": "solidary", "means": "cash", "criterion": "family_quotient"}
    refused = await submit(browser, page, sell, **said)
    assert refused.status_code == 422
    for field, word in (("seen_by", "initiales"), ("bracket", "tranche")):
        assert word in found(rf'id="f-{field}-error">.*?<span>([^<]+)<', refused.text)[1]
    untiered = await submit(browser, page, sell, **{**said, "tier": ""})
    assert "obligatoire" in found(r'id="f-tier-error">.*?<span>([^<]+)<', untiered.text)[1]
    attested = {**said, "criterion": "attestation", "seen_by": "AL"}
    assert (await submit(browser, page, sell, **attested)).status_code == 200
    (kept,) = await world.rows("SELECT criterion, bracket, seen_by, seen_on FROM till_checkout")
    assert (kept["criterion"], kept["bracket"], kept["seen_by"]) == ("attestation", None, "AL")
