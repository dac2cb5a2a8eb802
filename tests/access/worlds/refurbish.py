"""The world of refurbish."""

from datetime import date

from filiere.calendar import now
from filiere.identifiers import label_code, uuid7
from filiere.testing.events import deliver, incoming
from filiere.testing.pictures import PHOTO
from filiere.web import Role
from refurbish.grading.repository import GradingRepository
from refurbish.grading.switches import Switch

from ..bodies.refurbish import ERASURE, EXIT, HOW_TO, MEDIA, REPAIR, REPORT, SERIAL, device
from ..keys import key_of
from ..world import World, subject


async def build(world: World) -> None:
    """Two workshops; a lot of two devices has come to the first, one of them is scanned, and a stranger too."""
    coordinator = await world.coordinator()
    for side, name in (("a", "Atelier Second Souffle"), ("b", "Atelier du Gier")):
        body = {"name": name, "city": "Thiers", "postcode": "63300", "capacity": {"laptop": 40}}
        world.organisations[Role.WORKSHOP, side] = (await coordinator.post("/workshops", body))["id"]
    await world.people()
    workshop, lot = str(world.organisation(Role.WORKSHOP)), str(uuid7())
    scanned, expected = (device(number) for number in (1, 2))
    said = {"lot_id": lot, "workshop_id": workshop, "donation_id": str(uuid7())}
    prefix = "org.filiere.collect.lot"
    await deliver(
        world.client.database,
        world.service,
        [
            incoming("collect.lots", f"{prefix}-dispatched.v1", lot, {**said, "code": "L-00048", "devices": 2}),
            incoming("collect.lots", f"{prefix}-manifest.v1", lot, {**said, "devices": [scanned, expected]}),
        ],
    )
    order = str(uuid7())
    promise = {"device_id": scanned["device_id"], "order_id": order, "relais_id": str(uuid7()), "territory": "63"}
    reserved = "org.filiere.distribute.device-reserved.v1"
    await deliver(
        world.client.database,
        world.service,
        [incoming("distribute.devices", reserved, scanned["device_id"], promise)],
    )
    technician = await world.caller(Role.WORKSHOP)
    await technician.post(f"/lots/{lot}/arrive", {"labels": [scanned["label"], label_code(999)]})
    stranger = (await technician.get("/mismatches"))[0]
    bench = f"/devices/{scanned['device_id']}"
    await technician.post(f"{bench}/media", MEDIA)
    await technician.post(f"{bench}/erasures", {**ERASURE, "result": "success", "evidence": f"Serial Number: {SERIAL}"})
    sent = await technician.post(f"{bench}/erasure-reports", files={"file": REPORT})
    gone = await technician.post(f"{bench}/media-exits", {"medium_serial": SERIAL, "reason": "kept"})
    erasure = (await technician.get(f"{bench}/erasures"))[0]
    machine = {"class": "system", "vendor": "LENOVO", "serial": "PF1A2B3C", "children": []}
    audit = await technician.post(f"{bench}/audits", machine)
    who = subject(Role.WORKSHOP)
    key_id, secret = await key_of(world, who, workshop, "audits")
    alias = (await technician.post(f"{bench}/aliases", {"kind": "asset_tag", "value": "INV-00042"}))[0]
    repair = await technician.post(f"{bench}/repairs", REPAIR)
    photo = await technician.post(f"{bench}/photos", None, files={"file": PHOTO})
    part = await technician.post("/parts", {"kind": "fan", "fits": "840 G5", "quantity": 5, "unit_cents": 900})
    scrap = device(7077)
    await deliver(
        world.client.database,
        world.service,
        [incoming("collect.lots", f"{prefix}-manifest.v1", lot, {**said, "chunk": 2, "chunks": 2, "devices": [scrap]})],
    )
    await technician.post(f"/lots/{lot}/arrive", {"labels": [scrap["label"]]})
    await technician.post(f"/devices/{scrap['device_id']}/withdraw", {"reason": "board"})
    exit_ = await technician.post("/waste-exits", {**EXIT, "devices": [scrap["device_id"]]})
    closed = {"first_day": "2027-12-24", "last_day": "2027-12-31", "is_closed": True}
    period = await technician.post(f"/workshops/{workshop}/periods", closed)
    bulk = await technician.post("/bulks", {"act": "labels", "devices": [scanned["device_id"]]})
    switch = Switch(uuid7(), "smartphone_2026", date(2100, 1, 1), now(), "Camille")
    async with world.client.database.unit_of_work() as session:
        await GradingRepository.from_session(session).add_switch(switch)
    world.ids |= {
        "workshop_id": workshop,
        "lot_id": lot,
        "device_id": scanned["device_id"],
        "label": scanned["label"],
        "expected": expected["label"],
        "mismatch_id": stranger["id"],
        "serial": SERIAL,
        "erasure_id": erasure["id"],
        "order_id": order,
        "audit_id": audit["id"],
        "owner": workshop,
        "key_id": key_id,
        "how_to_id": (await technician.post("/how-tos", HOW_TO))["id"],
        "alias_id": alias["id"],
        "repair_id": repair["id"],
        "part_id": part["id"],
        "period_id": period["id"],
        "photo_id": photo["id"],
        "report_id": sent["id"],
        "name": "pc_2026",
        "waste_id": exit_["id"],
        "switch_id": str(switch.id),
        "exit_id": gone["id"],
        "bulk_id": bulk["id"],
    }
    world.shown_once.add(secret)
    world.secrets |= {*world.ids.values(), label_code(999), "Atelier Second Souffle"}
    world.ids["document"] = "label"  # a word of addresses, and no secret
    world.ids["machine"] = str(scanned["serial"])  # said by whoever asks
