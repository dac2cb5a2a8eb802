"""Databases and settings of the small service in `bank.py`."""

from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import timedelta
from typing import Any

import pytest
from filiere.database import Database
from filiere.settings import Settings
from filiere.testing.bank import BANK, healed
from filiere.testing.engines import Databases
from filiere.testing.lending import Lent
from filiere.testing.sql import rows
from pydantic import SecretStr

Entries = Callable[[], Awaitable[list[tuple[str, int]]]]


@pytest.fixture(autouse=True)
def nothing_healed() -> None:
    healed.clear()


@pytest.fixture
async def bank_lent(administered: Databases) -> AsyncIterator[Lent]:
    async with administered.lent(await administered.declared("bank", BANK.tables())) as lent:
        yield lent


@pytest.fixture
def bank_url(bank_lent: Lent) -> str:
    return bank_lent.url


@pytest.fixture
async def bank(bank_lent: Lent) -> AsyncIterator[Database]:
    async with bank_lent.database() as database:
        yield database


@pytest.fixture
def bank_settings(bank_url: str, kafka_options: dict[str, Any]) -> Settings:
    return Settings(
        database_url=SecretStr(bank_url),
        **kafka_options,
        retry_base=timedelta(milliseconds=5),
        retry_cap=timedelta(milliseconds=50),
        retry_attempts=3,
        dead_letters_in_a_row=5,
        drain_timeout=timedelta(seconds=3),
    )


@pytest.fixture
def entries(bank: Database) -> Entries:
    """(account, number) of everything applied, in the order of application."""

    async def read() -> list[tuple[str, int]]:
        return [
            (account, number) for account, number in await rows(bank, "SELECT account, number FROM entry ORDER BY id")
        ]

    return read
