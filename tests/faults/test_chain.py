"""The whole chain under fire: parts are killed while devices are on their way; the audit holds afterwards."""

import asyncio
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from stack.audit import settled_audit
from stack.demo import organisations
from stack.demo.api import Chain
from stack.demo.organisations import Organisations
from stack.people import everybody
from stack.stack import Stack
from stack.states import State

from tests.flows.lives import Life, live
from tests.flows.running import running_chain

KILLS = 50


@asynccontextmanager
async def under_load(chain: Chain, there: Organisations, hands: int = 3) -> AsyncIterator[list[int]]:
    """Device lives go on in several hands until the block ends; then the rounds begun are finished.

    Gives the list of finished rounds (devices handed over in each).
    """
    done: list[int] = []
    going_on = True

    async def hand(number: int) -> None:
        turn = 0
        while going_on:
            category = ("tablet", "smartphone", "monitor", "laptop")[(number + turn) % 4]
            life = Life(category, devices=2 + turn % 3, wanted=1 + turn % 2, donor=turn, relais=number)
            done.append(len(await live(chain, there, life)))
            turn += 1

    async with asyncio.TaskGroup() as group:
        for number in range(hands):
            group.create_task(hand(number))
        yield done
        going_on = False


async def prove(stack: Stack) -> None:
    """Everything runs again, and every promise holds."""
    await stack.wait_ready(timeout=90)
    report = await settled_audit(stack.databases, timeout=90)
    assert report.ok, report.as_json()
    assert sum(report.places.values()) > 0


@pytest.mark.slow
@pytest.mark.embedded_broker
@pytest.mark.own_broker
@pytest.mark.timeout(300)
async def test_a_broker_killed_under_load_comes_back_empty_and_nothing_is_lost() -> None:
    async with running_chain() as (stack, chain):
        there = await organisations.register(chain)
        async with under_load(chain, there) as done:
            await rounds(done, 3)
            stack.kill("broker")
            await rounds(done, len(done) + 3)
            assert stack.incarnation == 2
        await prove(stack)


@pytest.mark.apache_kafka
@pytest.mark.own_broker
@pytest.mark.timeout(300)
async def test_a_kafka_killed_under_load_has_forgotten_nothing_and_nobody_republishes() -> None:
    async with running_chain() as (stack, chain):
        there = await organisations.register(chain)
        async with under_load(chain, there) as done:
            await rounds(done, 3)
            stack.kill("broker")
            await rounds(done, len(done) + 3)
            assert stack.incarnation == 1
        await prove(stack)


@pytest.mark.slow
@pytest.mark.own_postgres
@pytest.mark.timeout(300)
async def test_a_database_killed_under_load_comes_back_and_nothing_is_lost() -> None:
    async with running_chain() as (stack, chain):
        there = await organisations.register(chain)
        async with under_load(chain, there) as done:
            await rounds(done, 3)
            stack.kill("postgres")
            await rounds(done, len(done) + 3)
        await prove(stack)


@pytest.mark.own_broker
@pytest.mark.own_postgres
@pytest.mark.slow
@pytest.mark.timeout(900)
async def test_fifty_random_kills_during_a_running_flow_end_with_a_clean_audit() -> None:
    chance = random.Random(20260701)
    async with running_chain() as (stack, chain):
        there = await organisations.register(chain)
        # The provider dies with the nursery, and nobody asks it twice: all have their tokens before.
        for person in everybody():
            await stack.token(person.subject)
        killed: dict[str, int] = {}
        async with under_load(chain, there) as done:
            while sum(killed.values()) < KILLS:
                await asyncio.sleep(chance.uniform(0.05, 0.8))
                await most_running(stack)
                part = chance.choice([name for name in stack.pids if name != "identity"])
                stack.kill(part)
                killed[part] = killed.get(part, 0) + 1
        await prove(stack)
        assert len(killed) >= 8, killed  # every kind of part: three apis, three workers, broker, database
        assert sum(done) > 0


async def most_running(stack: Stack, down_at_once: int = 2) -> None:
    """Kills may overlap, but a machine on which nothing runs at all proves nothing."""
    async with asyncio.timeout(90):
        while sum(part.state is not State.READY for part in stack.board.parts()) > down_at_once:
            await asyncio.sleep(0.02)


async def rounds(done: list[int], wanted: int) -> None:
    async with asyncio.timeout(120):
        while len(done) < wanted:
            await asyncio.sleep(0.05)
