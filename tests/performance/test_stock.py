"""The raw consumer of `make bench` keeps up with the statement that it runs: a new column broke it, unseen for days."""

import asyncio
import json
import re

import asyncpg
from filiere.testing.engines import Databases

from tests.performance.stock import APPLIED, CONSUMER, ENTER, columns, ready_devices


async def test_the_raw_consumer_puts_devices_into_stock(administered: Databases) -> None:
    payloads = [json.loads(event.to_json()) for event in ready_devices(3)]
    given = columns(payloads)
    assert len(given) == len(set(re.findall(r"\$\d+", ENTER)))
    url = await administered.clone(await asyncio.to_thread(administered.template, CONSUMER))
    connection = await asyncpg.connect(url)
    await connection.execute(ENTER, *given)
    assert await connection.fetchval(APPLIED) == 3
    await connection.close()
    await administered.drop(url)
