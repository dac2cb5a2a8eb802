"""The scenario from the first login to the last handover."""

import httpx

from stack.demo import (
    after_sale,
    asking,
    before,
    campaigning,
    distribution,
    documents,
    donations,
    ends,
    organisations,
    tools,
    workshop,
)
from stack.demo.api import Chain
from stack.demo.inventories import of_this_machine
from stack.people import COORDINATOR, DONORS, everybody
from stack.scenario import ScenarioContext, ScenarioResult


async def run(context: ScenarioContext) -> ScenarioResult:
    """Play the scenario against a running stack. Raises StackError when a service refuses or an event does not come."""
    people = everybody()
    for number, person in enumerate(people, start=1):
        await context.token(person.subject)
        context.report("Connexions", number, len(people), person.name)
    limits = httpx.Limits(max_connections=16, max_keepalive_connections=16)
    async with httpx.AsyncClient(timeout=60, limits=limits) as client:
        chain = Chain(context, client)
        there = await organisations.register(chain)
        await tools.connect(chain, there.donors[DONORS[0].key])
        declared = await donations.declare(chain, there)
        lots = await donations.collect_and_dispatch(chain, declared)
        await workshop.receive(chain, lots, there.workshops)
        ready = await workshop.refurbish(chain, lots, there.workshops, await of_this_machine())
        await ends.of_withdrawn(chain)
        await distribution.stocked(chain, ready)
        await ends.try_new_rules(chain)
        orders = await distribution.order(chain, there)
        await distribution.ship_and_receive(chain, orders, there.workshops)
        await distribution.hand_over(chain)
        await documents.prove(chain, declared)
        await after_sale.bring_back(chain, there.workshops)
        await asking.ask_for_what_is_missing(chain, there.relais)
        await donations.leave_work_for_the_coordinator(chain, there)
        await distribution.leave_work_for_the_coordinator(chain, there)
        await distribution.top_up(chain, there)
        await before.carry_over(chain, there)
        await campaigning.run_a_campaign(chain, there)
        return ScenarioResult(counts=await _counts(chain))


async def _counts(chain: Chain) -> dict[str, int]:
    """Read from the services, not from what the scenario believes it did."""
    found = await chain.collect(COORDINATOR.subject).everything("/donations")
    stock = await chain.distribute(COORDINATOR.subject).everything("/devices")
    return {
        "declared": sum(one["declared"] for one in found),
        # Before the coordinator's answer a verdict is only a proposal.
        "accepted": sum(one["accepted"] for one in found if one["status"] != "submitted"),
        "ready": len(stock),
        "handed_over": sum(device["status"] == "handed_over" for device in stock),
    }
