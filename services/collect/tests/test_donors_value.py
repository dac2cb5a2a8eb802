"""What a company needs for its taxes: its own value and method, of what was received; never computed, never before."""

from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from collect.settings import CollectSettings
from filiere.identifiers import LABEL_CAPACITY, label_code

from .chain import Chain, laptop, register
from .test_documents import bytes_of, issue, lived, text_of
from .test_pages import press
from .told_stories import devices_of

VALUE = {"amount": "1 234,50 €", "method": "book", "legal_form": "SAS"}


@pytest.fixture
def settings(settings: CollectSettings) -> CollectSettings:
    named = {"beneficiary_name": "Association d'exemple", "beneficiary_address": "2 rue du Port, 59000 Lille",
             "beneficiary_purpose": "Équiper des personnes en précarité"}  # fmt: skip
    return settings.model_copy(update=named)


async def state_of(chain: Chain, donation_id: str, kind: str) -> dict[str, Any]:
    return next(one for one in await chain.get(f"/donations/{donation_id}/documents") if one["kind"] == kind)


async def test_the_receipt_has_the_donor_s_value_and_only_what_was_received(chain: Chain, tmp_path: Path) -> None:
    donation = await lived(chain, laptop(quantity=3), laptop(year=2009, model="Vieux"), steps=1)
    assert (await state_of(chain, donation["id"], "receipt"))["waits_for"] == "attend votre valeur et sa méthode"
    put = await chain.donor.put(f"/api/v1/donations/{donation['id']}/valuation", json=VALUE)
    assert put.status_code == 204, put.text
    text = text_of(await bytes_of(chain, await issue(chain, donation["id"], "receipt")), tmp_path)
    for said in ("*** 1 234,50 € ***", "mille deux cent trente-quatre euros et",
                 "valeur nette comptable", "SAS", "443 061 841", "Association d'exemple",
                 "1 rue de la Gare", "Ordinateur portable HP EliteBook 840 G5 3"):  # fmt: skip
        assert said in text, said
    assert "Vieux" not in text, "what was refused has no value"
    vat = text_of(await bytes_of(chain, await issue(chain, donation["id"], "vat")), tmp_path)
    assert "84 B" in vat
    assert "1 234,50" not in vat


async def test_what_a_workshop_found_in_excess_is_no_part_of_the_value(chain: Chain, tmp_path: Path) -> None:
    donation, lot = await chain.sent(laptop(quantity=2))
    assert (await chain.donor.put(f"/api/v1/donations/{donation['id']}/valuation", json=VALUE)).status_code == 204
    extra = str(uuid4())
    said = {"workshop_id": chain.workshop_id, "lot_id": lot, "label": label_code(LABEL_CAPACITY), "device_id": extra}
    more = {"donation_id": donation["id"], "category": "monitor", "public_body": False}
    await chain.hear("refurbish.devices", "device-surplus", extra, **said, **more)
    await chain.hear("refurbish.devices", "device-arrived", extra, **said, category="monitor")
    for kind in ("receipt", "vat"):
        text = text_of(await bytes_of(chain, await issue(chain, donation["id"], kind)), tmp_path)
        assert "2 équipements en tout" in text.replace("\u00a0", " ")
        assert "Écran" not in text


async def test_another_number_of_devices_asks_for_another_value(chain: Chain) -> None:
    donation, lot = await chain.sent(laptop(quantity=2))
    await chain.donor.put(f"/api/v1/donations/{donation['id']}/valuation", json=VALUE)
    missing = (await devices_of(chain, donation["id"]))[0]["id"]
    await chain.hear("refurbish.lots", "lot-reconciled", lot, lot_id=lot, missing=[missing])
    assert "nombre d'équipements a changé" in (await state_of(chain, donation["id"], "receipt"))["waits_for"]


async def test_a_public_body_and_what_is_not_collected_have_no_value(chain: Chain) -> None:
    early = await chain.declare(laptop())
    path = "/api/v1/donations/{}/valuation"
    assert (await chain.donor.put(path.format(early["id"]), json=VALUE)).status_code == 409
    body = await register(chain.coordinator, "217500016", name="Ville d'exemple", public_body=True)
    await chain.client.grant("camille", "donor", body["id"])
    chain.donor_id = body["id"]
    donation, _ = await chain.sent(laptop())
    assert (await chain.donor.put(path.format(donation["id"]), json=VALUE)).status_code == 409
    kinds = [one["kind"] for one in await chain.get(f"/donations/{donation['id']}/documents")]
    assert "receipt" not in kinds
    assert "reuse" in kinds


@pytest.mark.parametrize(
    "wrong",
    [
        {"amount": "-1"},
        {"amount": "1,234"},
        {"amount": "0"},
        {"method": "zero"},
        {"method": "guess"},
        {"amount": "1e9"},
    ],
)
async def test_a_value_that_cannot_be_is_refused_beside_its_field(chain: Chain, wrong: dict[str, str]) -> None:
    donation, _ = await chain.sent(laptop())
    path = f"/dons/{donation['id']}"
    page = await press(await chain.client.login("camille"), f"{path}/documents", f"{path}/valeur", VALUE | wrong)
    assert page.status_code == 422
