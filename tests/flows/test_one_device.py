"""One tablet, from the donor's declaration to its new owner."""

import pytest
from stack.audit import settled_audit
from stack.demo import organisations
from stack.people import COORDINATOR, DONORS

from tests.flows.lives import Life, live
from tests.flows.running import running_chain


@pytest.mark.slow
@pytest.mark.timeout(180)
async def test_a_declared_tablet_is_handed_over_at_a_relais_and_the_donor_sees_it() -> None:
    async with running_chain() as (stack, chain):
        there = await organisations.register(chain)
        (handover,) = await live(chain, there, Life(category="tablet"))
        assert handover["amount_cents"] > 0

        report = await settled_audit(stack.databases)
        assert report.ok, report.broken
        assert report.places == {"handed_over": 1}

        donor = chain.collect(DONORS[0].person.subject)
        (donation,) = await donor.everything("/donations")
        assert donation["status"] == "closed"
        (device,) = await donor.everything(f"/donations/{donation['id']}/devices")
        assert (device["stage"], device["how"], device["territory"]) == ("handed_over", "sold", "48")
        assert device["erasures"][0]["verified"]
        thread = (await donor.get(f"/donations/{donation['id']}"))["thread"]
        passed = ("declared", "accepted", "collected", "erased", "tested", "ready", "reserved", "handed_over")
        assert [thread[bead] for bead in passed] == [1] * 8

        # The workshop knows that it has left; nobody but the Relais knows for whom.
        left = await chain.refurbish(COORDINATOR.subject).everything("/devices", status="left")
        assert [one["label"] for one in left] == [device["label"]]
        assert "person_alias" not in str(device)
