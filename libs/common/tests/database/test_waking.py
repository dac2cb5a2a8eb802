"""What waits for words of one database in one process hears them all, on one connection."""

import asyncio

from filiere.database import Database
from filiere.jobs.waking import whenever

LISTENS = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND query ILIKE 'listen %'"


async def test_all_hear_their_own_word_on_one_connection_which_the_last_one_closes(empty_database: Database) -> None:
    stopping, heard = asyncio.Event(), {"one": asyncio.Semaphore(0), "other": asyncio.Semaphore(0)}

    async def wait_for(channel: str) -> None:
        async def act() -> None:
            heard[channel].release()

        await whenever(empty_database, channel, stopping, act, 60)

    asking = await empty_database.connect()
    try:
        async with asyncio.timeout(20), asyncio.TaskGroup() as group:
            for channel in heard:
                group.create_task(wait_for(channel))
            for each in heard.values():
                await each.acquire()  # at the start
            assert await asking.fetchval(LISTENS) == 1
            for channel, each in heard.items():
                await asking.execute(f"NOTIFY {channel}")
                await each.acquire()
                assert all(each.locked() for each in heard.values())
            stopping.set()
        assert await asking.fetchval(LISTENS) == 0
    finally:
        await asking.close()


async def test_when_their_connection_ends_they_share_another(empty_database: Database) -> None:
    stopping, heard = asyncio.Event(), [asyncio.Semaphore(0), asyncio.Semaphore(0)]

    async def wait_for(number: int) -> None:
        async def act() -> None:
            heard[number].release()

        await whenever(empty_database, "word", stopping, act, 60)

    asking = await empty_database.connect()
    try:
        async with asyncio.timeout(20), asyncio.TaskGroup() as group:
            group.create_task(wait_for(0))
            group.create_task(wait_for(1))
            for each in heard:
                await each.acquire()
            ended = LISTENS.replace("count(*)", "pg_terminate_backend(pid)")
            await asking.fetch(ended)
            for each in heard:
                await each.acquire()  # at the start of listening anew
            assert await asking.fetchval(LISTENS) == 1
            stopping.set()
    finally:
        await asking.close()
