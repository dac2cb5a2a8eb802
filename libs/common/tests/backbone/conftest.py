"""Databases and settings of the small service in `bank.py`."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import pytest
from filiere.database import Database
from filiere.settings import Settings
from filiere.testing.bank import BANK, healed
from filiere.testing.engines import Databases
from filiere.testing.sql import rows
from pydantic import SecretStr

Entries = Callable[[], Awaitable[list[tuple[str, int]]]]


@pytest.fixture(autouse=True)
def nothing_healed() -> None:
    healed.clear()


@pytest.fixture
async def template(administered: Databases) -> str:
    return await administered.declared("bank", BANK.tables())


@pytest.fixture
def bank(database: Database) -> Database:
    return database


@pytest.fixture
def bank_settings(database_url: str, kafka_options: dict[str, Any]) -> Settings:
    return Settings(
        database_url=SecretStr(database_url),
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
