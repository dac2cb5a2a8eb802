"""A worker's machine vanishes with the relay's lock and open transactions in its hands; the other worker goes on."""

import signal

import pytest

from tests.faults.bank_run import BankRun
from tests.faults.vanish import vanished, why_not


@pytest.mark.slow
@pytest.mark.own_postgres
@pytest.mark.timeout(240)
@pytest.mark.skipif(why_not() is not None, reason=str(why_not()))
async def test_the_relay_of_a_vanished_machine_is_taken_over() -> None:
    async with BankRun() as run:
        first = await run.worker()
        await run.write(10, times=5)
        await run.settled()  # it has the lock and reads every partition
        await run.worker()
        with vanished(first.pid):
            first.send_signal(signal.SIGSTOP)
            await run.write(10, times=10)
            await run.settled(timeout=90)  # PostgreSQL has to notice that nobody is at the other end
        first.send_signal(signal.SIGCONT)  # it comes back, and must not do anything twice
        await run.write(10, times=5)
        await run.settled(timeout=60)
