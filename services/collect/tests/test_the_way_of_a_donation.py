"""From a declaration to a lot on the road, by the public API."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from collect.lots.events import MAX_MANIFEST
from filiere.database import Database
from filiere.identifiers import is_label
from filiere.testing.events import published

from .chain import Chain, laptop, register


async def test_a_donation_goes_from_lines_to_a_lot_with_labels_and_a_manifest(chain: Chain) -> None:
    donation = await chain.declare(
        laptop(serial="5CG8472QX1"), {"category": "écran", "quantity": 10, "manufacturer": "Dell", "model": "P2214H"}
    )
    assert (donation["declared"], donation["accepted"], donation["refused"]) == (11, 11, 0)
    accepted = await chain.do(f"/donations/{donation['id']}/accept")
    assert accepted["status"] == "accepted"
    soon = str(datetime.now(UTC).date() + timedelta(days=3))
    await chain.do(f"/donations/{donation['id']}/pickup", {"on": soon, "word": "Convenu."})
    collected = await chain.do(f"/donations/{donation['id']}/collect")
    lot = collected["lots"][0]
    sent = await chain.do(f"/lots/{lot}/dispatch", {"workshop_id": chain.workshop_id})
    assert sent["devices"] == 11

    devices = (await chain.get(f"/donations/{donation['id']}/devices"))["items"]
    assert len({device["label"] for device in devices}) == 11
    assert all(is_label(device["label"]) for device in devices)
    assert {device["stage"] for device in devices} == {"in_transit"}

    events = await published(chain.database)
    assert [event.name for event in events] == [
        "donation-declared",
        "donation-accepted",
        "pickup-scheduled",
        "lot-collected",
        "lot-dispatched",
        "lot-manifest",
    ]
    manifest = events[-1].data
    assert {device["device_id"] for device in manifest["devices"]} == {device["id"] for device in devices}
    assert {event.key for event in events[3:]} == {lot}


async def test_a_public_body_marks_its_lot_and_each_device_of_the_manifest(chain: Chain) -> None:
    city = await register(chain.coordinator, "217500016", name="Ville d'exemple", public_body=True)
    donation = await chain.do("/donations", {"donor_id": city["id"], "lines": [laptop()]}, status=201)
    await chain.do(f"/donations/{donation['id']}/accept")
    lot = (await chain.do(f"/donations/{donation['id']}/collect"))["lots"][0]
    await chain.do(f"/lots/{lot}/dispatch", {"workshop_id": chain.workshop_id})
    dispatched, manifest = (await published(chain.database))[-2:]
    assert dispatched.data["public_body"] is True
    assert [device["public_body"] for device in manifest.data["devices"]] == [True]


async def test_a_manifest_of_1200_devices_travels_in_chunks_that_a_broker_takes(chain: Chain) -> None:
    _, lot = await chain.sent({"category": "monitor", "quantity": 600}, {"category": "laptop", "quantity": 600})
    chunks = await published(chain.database, "lot-manifest")
    assert [(c.data["chunk"], c.data["chunks"]) for c in chunks] == [(1, 3), (2, 3), (3, 3)]
    sizes = [len(c.data["devices"]) for c in chunks]
    assert sum(sizes) == 1200
    assert sizes[0] == sizes[1] <= MAX_MANIFEST
    assert {c.key for c in chunks} == {lot}


async def test_every_refused_line_quotes_its_rule(chain: Chain) -> None:
    donation = await chain.declare(
        laptop(year=2009), laptop(ram_gb=2), {"category": "serveur"}, laptop(serial="AB12CD"), laptop(serial="ab 12 cd")
    )
    verdicts = donation["verdicts"]
    assert [v["rule"] for v in verdicts] == ["age", "memory", "category", None, "duplicate"]
    assert "2009" in verdicts[0]["reason"]
    assert verdicts[4]["reason"] == "En double : même numéro de série que la ligne 4."
    await chain.do(f"/donations/{donation['id']}/accept")
    event = (await published(chain.database, "donation-accepted"))[0]
    assert [v["accepted"] for v in event.data["verdicts"]] == [False, False, False, True, False]


async def test_a_device_declared_before_is_not_accepted_twice(chain: Chain) -> None:
    first = await chain.declare(laptop(serial="PF0A3K77", asset_tag="INV-0007"))
    again = await chain.declare(laptop(serial="PF0A3K77"), laptop(asset_tag="inv-0007"), laptop(serial="PF0A3K78"))
    assert [v["rule"] for v in again["verdicts"]] == ["already-declared", "already-declared", None]
    assert first["reference"] in again["verdicts"][0]["reason"]


async def test_a_declined_donation_may_be_declared_again(chain: Chain) -> None:
    first = await chain.declare(laptop(serial="PF0A3K77"))
    await chain.do(f"/donations/{first['id']}/decline", {"reason": "Aucun atelier disponible avant l'été."})
    again = await chain.declare(laptop(serial="PF0A3K77"))
    assert again["accepted"] == 1


async def test_the_words_of_a_refusal_are_for_the_donor_and_not_for_the_wire(chain: Chain, database: Database) -> None:
    donation = await chain.declare(laptop())
    await chain.do(f"/donations/{donation['id']}/decline", {"reason": "Voir avec Zoé Martin."})
    assert (await chain.get(f"/donations/{donation['id']}"))["declined_reason"] == "Voir avec Zoé Martin."
    [event] = await published(database, "donation-declined")
    assert event.data["reason"] == "La coordination a décliné le don."


async def test_two_serials_that_differ_are_two_devices_whatever_their_tag(chain: Chain) -> None:
    donation = await chain.declare(
        laptop(serial="PF0A3K77", asset_tag="ROUBAIX"), laptop(serial="PF0A3K78", asset_tag="ROUBAIX")
    )
    assert donation["accepted"] == 2


async def test_a_junk_serial_neither_identifies_nor_refuses(chain: Chain) -> None:
    donation = await chain.declare(laptop(serial="To be filled by O.E.M."), laptop(serial="To be filled by O.E.M."))
    assert donation["accepted"] == 2
    assert [v["serial"] for v in donation["verdicts"]] == [None, None]
    assert "étiquette" in donation["verdicts"][0]["remarks"][0]


async def test_each_step_starts_only_from_its_state_and_says_so(chain: Chain) -> None:
    donation = await chain.declare(laptop())
    path = f"/donations/{donation['id']}"
    refused = await chain.do(f"{path}/collect", status=409)
    assert refused["type"].endswith("donation-not-in-state")
    assert "déclaré, en attente de réponse" in refused["detail"]
    await chain.do(f"{path}/accept")
    assert "est déjà accepté" in (await chain.do(f"{path}/accept", status=409))["detail"]
    await chain.do(f"{path}/decline", {"reason": "trop tard"}, status=409)
    lot = (await chain.do(f"{path}/collect"))["lots"][0]
    await chain.do(f"/lots/{lot}/dispatch", {"workshop_id": chain.workshop_id})
    again = await chain.do(f"/lots/{lot}/dispatch", {"workshop_id": chain.workshop_id}, status=409)
    assert "Atelier de Lens" in again["detail"]


async def test_a_draft_waits_until_it_is_submitted(chain: Chain) -> None:
    draft = await chain.declare(laptop(), draft=True)
    assert draft["status"] == "draft"
    assert await published(chain.database) == []
    answer = await chain.donor.put(
        f"/api/v1/donations/{draft['id']}/lines",
        json={"donor_id": chain.donor_id, "lines": [laptop(serial="5CG8472QX1"), laptop()]},
    )
    assert answer.json()["declared"] == 2
    submitted = await chain.donor.post(f"/api/v1/donations/{draft['id']}/submit")
    assert submitted.json()["status"] == "submitted"
    assert [event.data["devices"] for event in await published(chain.database)] == [2]


async def test_a_label_not_found_on_site_makes_its_device_missing(chain: Chain) -> None:
    donation = await chain.declare({"category": "monitor", "quantity": 3})
    await chain.do(f"/donations/{donation['id']}/accept")
    labels = [d["label"] for d in (await chain.get(f"/donations/{donation['id']}/devices"))["items"]]
    collected = await chain.do(f"/donations/{donation['id']}/collect", {"not_found": [labels[1].lower()]})
    assert (collected["devices"], collected["missing"]) == (2, [labels[1]])
    devices = (await chain.get(f"/donations/{donation['id']}/devices"))["items"]
    assert [d["stage"] for d in devices] == ["collected", "missing", "collected"]
    assert devices[1]["why"] == "absent le jour de la collecte"


@pytest.mark.parametrize("name", ["sn-x0003ax", "356938035643809", "inv-17"])
async def test_what_is_missing_is_told_by_any_number_it_bears(chain: Chain, name: str) -> None:
    phone = {"category": "smartphone", "manufacturer": "Apple", "model": "iPhone 12", "year": 2021, "storage_gb": 64}
    donation = await chain.declare(
        laptop(serial="SN-X0003AX", asset_tag="INV-16"),
        laptop(serial="5CG8472QX1", asset_tag="INV-17"),
        phone | {"imei": "356938035643809"},
    )
    await chain.do(f"/donations/{donation['id']}/accept")
    devices = (await chain.get(f"/donations/{donation['id']}/devices"))["items"]
    assert len(devices) == 3
    body = {"not_found": [name, name.upper()]}
    collected = await chain.do(f"/donations/{donation['id']}/collect", body)
    named = {"sn-x0003ax": 0, "inv-17": 1, "356938035643809": 2}
    assert collected["missing"] == [devices[named[name]]["label"]]


@pytest.mark.parametrize(
    ("typed", "missing"),
    [
        (["49 015420 323751 8"], [2]),
        (["35-693803-564380-9"], [3]),  # as it stands on a box
        (["490154203237 07"], []),  # neither an IMEI nor two numbers of this donation
        (["4901542032375107"], [2]),  # IMEISV
        (["5cg 8472 qx1"], [1]),
        (["inv  17"], [1]),
        (["SN-X0003AX 5CG8472QX1"], [0, 1]),
        (["sn-x0003ax, 5cg8472qx1 ; 490154203237518"], [0, 1, 2]),
        (["SN-X0003AX", "49 015420 323751 8", "  "], [0, 2]),
    ],
)
async def test_a_number_that_is_missing_is_understood_as_it_is_read_aloud(
    chain: Chain, typed: list[str], missing: list[int]
) -> None:
    phone = {"category": "smartphone", "manufacturer": "Apple", "model": "iPhone 12", "year": 2021, "storage_gb": 64}
    donation = await chain.declare(
        laptop(serial="SN-X0003AX"),
        laptop(serial="5CG8472QX1", asset_tag="INV 17"),
        phone | {"imei": "490154203237518"},
        phone | {"imei": "356938035643809"},
    )
    await chain.do(f"/donations/{donation['id']}/accept")
    devices = (await chain.get(f"/donations/{donation['id']}/devices"))["items"]
    address = f"/donations/{donation['id']}/collect"
    if not missing:
        refused = await chain.do(address, {"not_found": typed}, status=422)
        assert refused["detail"].endswith(f"ne sont pas de ce don : {typed[0]}.")
        return
    collected = await chain.do(address, {"not_found": typed})
    assert collected["missing"] == sorted(devices[one]["label"] for one in missing)


async def test_of_several_numbers_on_a_line_the_wrong_one_is_told_back(chain: Chain) -> None:
    donation = await chain.declare(laptop(serial="SN-X0003AX"), laptop(serial="5CG8472QX1"))
    await chain.do(f"/donations/{donation['id']}/accept")
    body = {"not_found": ["SN-X0003AX 5CG9999ZZ9"]}
    refused = await chain.do(f"/donations/{donation['id']}/collect", body, status=422)
    assert refused["detail"].endswith("ne sont pas de ce don : 5CG9999ZZ9.")


async def test_a_number_that_names_no_device_of_the_donation_is_told_back(chain: Chain) -> None:
    donation = await chain.declare(laptop(serial="SN-X0003AX"), laptop(serial="5CG8472QX1"))
    await chain.do(f"/donations/{donation['id']}/accept")
    body = {"not_found": ["SN-X0003AX", "SN-X0009AX", "????"]}
    refused = await chain.do(f"/donations/{donation['id']}/collect", body, status=422)
    assert "ne sont pas de ce don : ????, SN-X0009AX." in refused["detail"]


async def test_labels_of_another_donation_are_refused_at_the_pickup(chain: Chain) -> None:
    other = await chain.declare({"category": "monitor", "quantity": 2})
    await chain.do(f"/donations/{other['id']}/accept")
    label = (await chain.get(f"/donations/{other['id']}/devices"))["items"][0]["label"]
    donation = await chain.declare({"category": "monitor", "quantity": 2})
    await chain.do(f"/donations/{donation['id']}/accept")
    refused = await chain.do(f"/donations/{donation['id']}/collect", {"not_found": [label]}, status=422)
    assert label in refused["detail"]


async def test_a_coordinator_sets_lines_aside_with_a_reason(chain: Chain) -> None:
    donation = await chain.declare(laptop(), laptop())
    body: dict[str, Any] = {"refuse": [{"line": 2, "reason": "Dalle cassée sur la photo."}]}
    accepted = await chain.do(f"/donations/{donation['id']}/accept", body)
    assert (accepted["accepted"], accepted["refused"]) == (1, 1)
    lines = (await chain.get(f"/donations/{donation['id']}/lines"))["items"]
    assert lines[1]["reason"] == "Dalle cassée sur la photo."


async def test_nothing_acceptable_is_not_accepted(chain: Chain) -> None:
    donation = await chain.declare(laptop(year=2005))
    refused = await chain.do(f"/donations/{donation['id']}/accept", status=409)
    assert "décliner" in refused["detail"]


async def test_a_pickup_in_the_past_is_refused(chain: Chain) -> None:
    donation = await chain.declare(laptop())
    await chain.do(f"/donations/{donation['id']}/accept")
    await chain.do(f"/donations/{donation['id']}/pickup", {"on": "2020-01-01"}, status=422)


async def test_the_same_idempotency_key_declares_once(chain: Chain) -> None:
    body = {"donor_id": chain.donor_id, "lines": [laptop()]}
    first = await chain.donor.post("/api/v1/donations", json=body, headers={"Idempotency-Key": "k1"})
    second = await chain.donor.post("/api/v1/donations", json=body, headers={"Idempotency-Key": "k1"})
    assert first.json() == second.json()
    assert (await chain.get("/donations"))["total"] == 1


async def test_true_is_no_number(chain: Chain) -> None:
    """Python counts with it, people do not."""
    for field in ("quantity", "year", "ram_gb", "storage_gb"):
        line = {"category": "laptop", "quantity": 1, field: True}
        answer = await chain.donor.post("/api/v1/donations", json={"donor_id": chain.donor_id, "lines": [line]})
        assert answer.status_code == 422, (field, answer.text)
        assert [error["field"] for error in answer.json()["errors"]] == [f"lines.0.{field}"]
