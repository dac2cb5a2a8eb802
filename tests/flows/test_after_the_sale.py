"""What was handed over breaks: the Relais takes it back, its workshop has it on the bench again, the donor reads it."""

import pytest
from stack.audit import settled_audit
from stack.demo import organisations, workshop
from stack.people import COORDINATOR, DONORS, RELAIS

from tests.flows.lives import Life, live
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
