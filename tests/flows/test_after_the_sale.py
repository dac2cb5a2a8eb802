"""What was handed over breaks: the Relais takes it back, its workshop has it on the bench again, the donor reads it."""

from typing import Any

import pytest
from stack.audit import settled_audit
from stack.demo import organisations, workshop
from stack.demo.api import Refused
from stack.people import COORDINATOR, DONORS, RELAIS

from tests.flows.lives import Life, donate, live, refurbish, reserve, stocked
from tests.flows.running import running_chain


@pytest.mark.slow
@pytest.mark.timeout(180)
async def test_what_breaks_at_a_person_s_has_a_second_cycle_at_its_workshop() -> None:
    async with running_chain() as (stack, chain):
        there = await organisations.register(chain)
        (handover,) = await live(chain, there, Life(category="tablet"))
        relais = chain.distribute(RELAIS[0].person.subject)
        case = await relais.post(f"/handovers/{handover['id']}/after-sale", {"fault": "screen", "way": "repair"})
        report = await settled_audit(stack.databases)
        assert report.ok, report.broken
        assert report.places == {"returning": 1}

        donor = chain.collect(DONORS[0].person.subject)
        (donation,) = await donor.everything("/donations")
        (device,) = await donor.everything(f"/donations/{donation['id']}/devices")
        assert (donation["status"], device["why"]) == ("received", "en réparation")
        assert "screen" not in str(device)

        found = (await chain.refurbish(COORDINATOR.subject).everything("/devices", status="left"))[0]
        technician = workshop.technician(found["workshop_id"], there.workshops)
        bench = chain.refurbish(technician)
        await bench.post(f"/devices/{found['id']}/still-here")

        async def at_the_bench() -> bool:
            return bool((await bench.get(f"/devices/{found['id']}"))["stage"] == "erasing")

        await chain.until("the second cycle", at_the_bench)
        back = await bench.get(f"/devices/{found['id']}")
        assert (back["cycle"], back["next_step"]["code"]) == (2, "erase"), "what the person left on it goes to nobody"
        (medium,) = await bench.get(f"/devices/{found['id']}/media")
        assert medium["is_wiped"] is False
        assert (await relais.get(f"/after-sale/{case['id']}"))["status"] == "withdrawn"
        again = await settled_audit(stack.databases)
        assert again.ok, again.broken

        proof = (await donor.get(f"/devices/{found['id']}"))["erasures"]
        await workshop.make_ready(chain, technician, back)
        assert (await bench.get(f"/devices/{found['id']}"))["stage"] == "ready"
        erasures = await bench.get(f"/devices/{found['id']}/erasures")
        assert len(erasures) == 2

        async def back_at_its_case() -> bool:
            return bool((await relais.get(f"/after-sale/{case['id']}"))["kept_label"] == found["label"])

        await chain.until("kept for its case", back_at_its_case)
        after = await settled_audit(stack.databases)
        assert after.ok, after.broken
        assert (await donor.get(f"/devices/{found['id']}"))["erasures"] == proof, "the donor's proof is the first one"


@pytest.mark.slow
@pytest.mark.timeout(180)
async def test_what_left_while_an_audit_saw_a_disk_in_it_is_handed_over_to_nobody() -> None:
    """The departure is confirmed, and the workshop's audit says at that moment that a disk is not wiped."""
    async with running_chain() as (stack, chain):
        there = await organisations.register(chain)
        life = Life(category="laptop")
        lot = await donate(chain, there, life)
        (label,) = await refurbish(chain, there, lot)
        await stocked(chain, "laptop", 1)
        order = await reserve(chain, there, life)
        coordinator, relais = chain.distribute(COORDINATOR.subject), chain.distribute(RELAIS[0].person.subject)
        technician = workshop.technician(lot["workshop_id"], there.workshops)
        bench = chain.refurbish(technician)
        (device,) = await bench.everything("/devices", lot=lot["id"])
        (wiped,) = await bench.get(f"/devices/{device['id']}/media")
        (shipment,) = await coordinator.post("/shipments", {"order_id": order["id"]})
        await coordinator.post(f"/shipments/{shipment['id']}/ship")
        await bench.post(f"/devices/{device['id']}/audits", _two_disks(wiped["serial"]))

        async def stopped() -> bool:
            return bool(await relais.get("/recalls"))

        await chain.until("the Relais knows", stopped)
        got = await relais.post(f"/shipments/{shipment['id']}/deliver", {"labels": [label]})
        assert [one["kind"] for one in got["scans"]] == ["recalled"]
        with pytest.raises(Refused, match="is-recalled"):
            await relais.post("/handovers", {"label": label, "kind": "given"})
        (recall,) = await relais.get("/recalls")
        await relais.post(f"/recalls/{recall['id']}/devices/{device['id']}/bring-back")
        report = await settled_audit(stack.databases)
        assert report.ok, report.broken
        assert report.places == {"returning": 1}

        async def comes_back() -> bool:
            return bool((await bench.get(f"/devices/{device['id']}"))["next_step"]["code"] == "comes-back")

        await chain.until("the workshop knows", comes_back)
        await bench.post(f"/devices/{device['id']}/still-here")

        async def at_the_bench() -> bool:
            return bool((await bench.get(f"/devices/{device['id']}"))["stage"] == "erasing")

        await chain.until("on the bench", at_the_bench)
        # Nobody had it: what was wiped stays so, and the donor's proof will name the disk that was forgotten.
        media = await bench.get(f"/devices/{device['id']}/media")
        assert {one["serial"]: one["is_wiped"] for one in media} == {wiped["serial"]: True, "76DXT1234": False}
        await workshop.make_ready(chain, technician, await bench.get(f"/devices/{device['id']}"))
        after = await settled_audit(stack.databases)
        assert after.ok, after.broken
        assert (await relais.get(f"/recalls/{recall['id']}"))["ended_at"] is not None


def _two_disks(known: str) -> dict[str, Any]:
    """What lsblk says of the disk that was declared and of one that nobody knew."""
    disk = {"type": "disk", "rota": True, "tran": "sata", "rm": False}
    return {
        "blockdevices": [
            {"name": "sda", "size": 256060514304, "model": "Disk A", "serial": known, **disk},
            {"name": "sdb", "size": 1000204886016, "model": "ST1000LM035-1RK172", "serial": "76DXT1234", **disk},
        ]
    }
