"""Gifts of before: as if they had been declared here, once."""

import asyncio
from typing import Any

from filiere.movein.ids import device_id
from filiere.testing.events import published
from filiere.testing.sql import rows
from hypothesis import given
from hypothesis import strategies as st

from ..chain import SIREN, Chain

SOURCE = "BOLC"
DONOR = {
    "siren": "552100554", "name": "Mairie de Liévin", "public_body": True, "address": "45 rue Édouard-Vaillant",
    "postcode": "62800", "city": "Liévin", "contact_name": "Dominique Petit", "contact_email": "d.petit@lievin.example",
}  # fmt: skip


def device(key: str, **said: Any) -> dict[str, Any]:
    return {"key": key, "category": "laptop", "manufacturer": "hp", "model": "elitebook 840 g5", **said}


def lot(chain: Chain, key: str, *devices: dict[str, Any], **said: Any) -> dict[str, Any]:
    body = {"key": key, "siren": DONOR["siren"], "workshop_id": chain.workshop_id, "collected_on": "2023-05-04"}
    return {**body, "devices": list(devices), **said}


async def tell(chain: Chain, *lots: dict[str, Any], status: int = 200) -> Any:
    body = {"source": SOURCE, "donors": [DONOR], "lots": list(lots)}
    answer = await chain.coordinator.post("/api/v1/moving-in", json=body)
    assert answer.status_code == status, answer.text
    return answer.json()


async def test_a_gift_of_before_leaves_for_its_workshop_with_its_devices_and_its_day(chain: Chain) -> None:
    told = await tell(chain, lot(chain, "L-0048", device("M-1", serial="5CG8411ABC"), device("M-2", asset_tag="INV-2")))
    assert (told["new"], told["refused"]) == (3, [])
    events = await published(chain.database)
    assert [one.name for one in events] == [
        "donation-declared", "donation-accepted", "lot-collected", "lot-dispatched", "lot-manifest",
    ]  # fmt: skip
    manifest = {one["device_id"]: one for one in events[-1].data["devices"]}
    first, second = manifest[str(device_id(SOURCE, "M-1"))], manifest[str(device_id(SOURCE, "M-2"))]
    assert (first["serial"], first["asset_tag"], first["manufacturer"], first["public_body"]) == (
        "5CG8411ABC", "M-1", "HP", True,
    )  # fmt: skip
    assert second["asset_tag"] == "INV-2"
    (donation,) = await rows(chain.database, "SELECT reference, status, accepted, note, collected_at FROM donation")
    assert (donation["status"], donation["accepted"], donation["note"]) == (
        "collected",
        2,
        "Repris de BOLC, lot L-0048",
    )
    assert donation["collected_at"].date().isoformat() == "2023-05-04"
    page = await (await chain.client.login("nadia")).get("/dons")
    assert donation["reference"] in page.text


async def test_the_same_again_changes_nothing(chain: Chain) -> None:
    said = lot(chain, "L-0048", device("M-1"), device("M-2"))
    await tell(chain, said)
    before = len(await published(chain.database))
    again = await tell(chain, said)
    assert (again["new"], again["known"]) == (0, 3)
    assert len(await published(chain.database)) == before


async def test_twenty_at_once_give_it_once(chain: Chain) -> None:
    answers = await asyncio.gather(*[tell(chain, lot(chain, "L-0048", device("M-1"))) for _ in range(20)])
    assert sum(one["new"] for one in answers) == 2
    assert await rows(chain.database, "SELECT count(*) FROM device") == [(1,)]


async def test_a_lot_that_grew_and_a_device_in_two_lots_are_told_apart(chain: Chain) -> None:
    await tell(chain, lot(chain, "L-0048", device("M-1")))
    told = await tell(
        chain,
        lot(chain, "L-0048", device("M-1"), device("M-2")),
        lot(chain, "L-0049", device("M-1")),
        lot(chain, "L-0050", device("M-3"), siren="732829320"),
    )
    assert {one["key"]: one["sentence"] for one in told["refused"]} == {
        "L-0048": "Ce lot est déjà repris : 1 équipement de plus est à mettre dans un lot à part.",
        "L-0049": "L'équipement M-1 est déjà repris dans un autre lot.",
        "L-0050": "Son donateur n'est pas inscrit : reprenez-le d'abord.",
    }


async def test_two_names_that_are_one_are_refused_together(chain: Chain) -> None:
    told = await tell(chain, lot(chain, "L-1", device("PC-1"), device("pc-1")), status=422)
    assert "sont ici le même nom" in str(told)
    told = await tell(chain, lot(chain, "L-1", device("PC-1")), lot(chain, "L-2", device("pc-1")))
    (refused,) = told["refused"]
    assert refused["sentence"] == "L'équipement pc-1 est déjà repris dans un autre lot."
    told = await tell(chain, lot(chain, "L-3", device("PC-3")), lot(chain, "l-3", device("PC-4")), status=422)
    assert "sont ici le même nom" in str(told)


async def test_a_lot_waits_for_its_workshop(chain: Chain) -> None:
    unheard = "0198c0de-0000-7000-8000-00000000dead"
    await tell(chain, lot(chain, "L-0048", device("M-1"), workshop_id=unheard), status=409)
    assert await rows(chain.database, "SELECT count(*) FROM lot") == [(0,)]


async def test_nobody_is_written_to_about_what_ended_long_ago(chain: Chain) -> None:
    """The donor has people here already, who agreed with the count of before."""
    known = {**DONOR, "siren": SIREN}
    body = {"source": SOURCE, "donors": [known], "lots": [lot(chain, "L-0048", device("M-1"), siren=SIREN)]}
    answer = await chain.coordinator.post("/api/v1/moving-in", json=body)
    assert answer.json()["known"] == 1, answer.text
    (here,) = await rows(chain.database, "SELECT id, workshop_id FROM lot")
    said = {"lot_id": str(here["id"]), "workshop_id": str(here["workshop_id"])}
    await chain.hear("refurbish.lots", "lot-arrived", said["lot_id"], **said)
    await chain.hear("refurbish.lots", "lot-reconciled", said["lot_id"], **said, present=1, missing=[], surplus=[])
    assert await rows(chain.database, "SELECT status FROM donation") == [("received",)]
    assert await rows(chain.database, "SELECT count(*) FROM mail") == [(0,)]
    missing = [str(device_id(SOURCE, "M-1"))]
    await chain.hear("refurbish.lots", "lot-reconciled", said["lot_id"], **said, present=0, missing=missing, surplus=[])
    assert await rows(chain.database, "SELECT count(*) > 0 FROM mail") == [(True,)]


@given(key=st.text(min_size=1, max_size=80), source=st.text(min_size=1, max_size=80))
def test_a_name_has_one_id_however_it_is_written(key: str, source: str) -> None:
    id_ = device_id(source, key)
    assert id_ == device_id(f" {source}  ", f" {key} ")
    assert id_.version == 7
    assert str(id_).startswith("00dc6acf-ac00-7")
