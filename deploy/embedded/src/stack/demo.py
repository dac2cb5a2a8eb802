"""The demonstration: what happens once everything runs. It uses the public HTTP APIs alone.

First everybody logs in once, which proves the way of every later call: provider, token, service.
"""

import httpx

from stack.people import COORDINATOR, everybody
from stack.scenario import ScenarioContext, ScenarioResult


async def run(context: ScenarioContext) -> ScenarioResult:
    """Play the scenario against a running stack. Raises httpx.HTTPStatusError when a service refuses."""
    result = ScenarioResult()
    people = everybody()
    for number, person in enumerate(people, start=1):
        await context.token(person.subject)
        context.report("Connexions", number, len(people), person.name)
    result.counts["people"] = len(people)
    bearer = {"Authorization": f"Bearer {await context.token(COORDINATOR.subject)}"}
    async with httpx.AsyncClient(headers=bearer, timeout=30) as client:
        for number, url in enumerate((context.collect_url, context.refurbish_url, context.distribute_url), start=1):
            (await client.get(f"{url}/api/openapi.json")).raise_for_status()
            context.report("Services", number, 3, url)
    return result
