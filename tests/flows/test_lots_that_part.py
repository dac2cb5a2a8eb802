"""A device that is not found at its pickup and turns up; a lot shared out over two workshops; a count that heals."""

from typing import Any

import pytest
from stack.audit import settled_audit
from stack.demo import organisations, workshop
from stack.demo.api import Chain
from stack.people import COORDINATOR, DONORS

from tests.flows.lives import Life
from tests.flows.running import running_chain


@pytest.mark.slow
@pytest.mark.timeout(180)
async def test_a_lot_that_is_shared_out_and_a_device_that_is_found_are_counted_whole() -> None:
    async with running_chain() as (stack, chain):
        there = await organisations.register(chain)
        donor, coordinator = chain.collect(DONORS[0].person.subject), chain.collect(COORDINATOR.subject)
        body = {"donor_id": there.donors[DONORS[0].key], "lines": [Life(category="tablet", devices=4).line]}
        donation = await donor.post("/donations", body)
        here = f"/donations/{donation['id']}"
        await coordinator.post(f"{here}/accept")
        gone = (await donor.everything(f"{here}/devices"))[0]
        (lot,) = (await coordinator.post(f"{here}/collect", {"not_found": [gone["label"]]}))["lots"]

        able = [one["workshop_id"] for one in await coordinator.get(f"/lots/{lot}/suggestions") if one["devices"] == 3]
        parts = [{"workshop_id": able[0], "devices": {"tablet": 2}}, {"workshop_id": able[1], "devices": {"tablet": 1}}]
        sent = await coordinator.post(f"/lots/{lot}/split", {"parts": parts, "override_reason": "Un camion pour deux."})

        # At the first workshop one has lost its label; what was read on it is found to be the one that is missing.
        labels, bench = await announced(chain, there.workshops, sent[0])
        await bench.post(f"/lots/{sent[0]['id']}/arrive", {"labels": [labels[0], "FIL-00000-0"]})
        counted = await bench.post(f"/lots/{sent[0]['id']}/reconcile")
        assert len(counted["missing"]) == 1
        await coordinates(chain, sent[0]["id"], missing=1)
        await bench.post("/scan", {"label": labels[1]})
        await coordinates(chain, sent[0]["id"], missing=0)

        await received(chain, there.workshops, sent[1])
        await donor.post(f"/devices/{gone['id']}/found")
        found = await coordinator.post(f"{here}/collect-found")
        await received(
            chain,
            there.workshops,
            await coordinator.post(f"/lots/{found['lots'][0]}/dispatch", {"workshop_id": able[0]}),
        )

        report = await settled_audit(stack.databases)
        assert report.ok, report.broken
        assert sum(report.places.values()) == 4
        assert set(report.places) == {"at_workshop"}
        seen = await donor.get(here)
        assert (seen["status"], seen["thread"]["missing"], len(seen["lots"])) == ("received", 0, 3)


async def announced(chain: Chain, workshops: dict[str, str], lot: dict[str, Any]) -> tuple[list[str], Any]:
    """The labels of a lot that its workshop has heard of, and who works there."""
    bench = chain.refurbish(workshop.technician(lot["workshop_id"], workshops))

    async def known() -> bool:
        found = [one for one in await bench.everything("/lots") if one["id"] == lot["id"]]
        return bool(found) and found[0]["announced"] == lot["devices"]

    await chain.until("the manifest", known)
    return [one["label"] for one in await bench.everything("/devices", lot=lot["id"])], bench


async def received(chain: Chain, workshops: dict[str, str], lot: dict[str, Any]) -> None:
    labels, bench = await announced(chain, workshops, lot)
    await bench.post(f"/lots/{lot['id']}/arrive", {"labels": labels})
    await bench.post(f"/lots/{lot['id']}/reconcile")
    await coordinates(chain, lot["id"], missing=0)


async def coordinates(chain: Chain, lot: str, *, missing: int) -> None:
    """Wait until collect knows the count."""

    async def known() -> bool:
        found = await chain.collect(COORDINATOR.subject).get(f"/lots/{lot}")
        return bool(found["status"] == "reconciled" and found["missing"] == missing)

    await chain.until("the count", known)
