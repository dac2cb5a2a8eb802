"""Every documented metric is exported, and every exported one is documented, by the part that the table names."""

import httpx
import pytest
from filiere.telemetry.metrics import Part
from prometheus_client.parser import text_string_to_metric_families
from stack.demo import organisations
from stack.services import SERVICES

from tests.flows.lives import Life, live
from tests.flows.running import chain_of, running_stack
from tests.observability.documents import documented

ADDED = {"le"}  # the buckets of a histogram


async def scrape(address: str) -> dict[str, set[str]]:
    """The metrics of a process, with the labels that their samples have."""
    async with httpx.AsyncClient() as client:
        text = (await client.get(f"{address}/metrics")).text
    found = {}
    for family in text_string_to_metric_families(text):
        name = f"{family.name}_total" if family.type == "counter" else family.name
        if name.startswith("filiere_"):
            found[name] = {label for sample in family.samples for label in sample.labels} - ADDED
    return found


@pytest.mark.slow
@pytest.mark.timeout(180)
async def test_a_real_api_and_a_real_worker_export_what_is_documented_and_nothing_else() -> None:
    async with running_stack() as stack, chain_of(stack) as chain:
        await live(chain, await organisations.register(chain), Life())
        for plan in SERVICES:
            addresses = {
                Part.API: stack.url(plan.name),
                Part.WORKER: f"http://127.0.0.1:{getattr(stack.settings, f'{plan.name}_worker_port')}",
            }
            for part, address in addresses.items():
                exported, said = await scrape(address), documented(part)
                assert exported.keys() == said.keys(), (plan.name, part)
                # A series with labels begins with its first event; those that have begun have the labels of the table.
                wrong = {name: labels for name, labels in exported.items() if labels and labels != said[name]}
                assert wrong == {}, (plan.name, part)
