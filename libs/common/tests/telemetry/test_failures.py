"""What a log shows of an exception: where and of which kind, never what its message repeats."""

import sys

import asyncpg
import pytest
from filiere.database import Database
from filiere.kafka import Invalid
from filiere.kafka.ports import BrokerUnavailable
from filiere.telemetry.failures import rendered, summary
from filiere.testing.engines import Databases

NAME = "Camille Fictif"


def log_of(error: Exception) -> str:
    try:
        raise error
    except Exception:
        return rendered(sys.exc_info())


async def test_a_row_that_the_database_refuses_is_not_repeated(databases: Databases) -> None:
    database = Database(databases.server_url)
    with pytest.raises(asyncpg.CheckViolationError) as caught:
        async with database.unit_of_work() as session:
            driver = await session.driver()
            await driver.execute("CREATE TEMP TABLE person (name text CONSTRAINT short CHECK (length(name) < 3))")
            await driver.execute("INSERT INTO person VALUES ($1)", NAME)
    await database.dispose()
    assert NAME in str(caught.value)
    for said in (summary(caught.value), log_of(caught.value)):
        assert NAME not in said
        assert "sqlstate=23514" in said
        assert "constraint_name=short" in said


def test_causes_contexts_and_groups_are_shown_without_their_messages() -> None:
    def nested() -> Exception:
        try:
            try:
                raise KeyError(NAME)
            except KeyError:
                raise Invalid(f"nobody is called {NAME}")  # noqa: B904 - the context is what is tested
        except Invalid as error:
            group = ExceptionGroup(f"about {NAME}", [error, ValueError(NAME)])
            group.add_note(NAME)
            return group

    said = log_of(nested())
    assert NAME not in said
    for kind in ("KeyError", "Invalid", "ExceptionGroup", "ValueError", "in nested"):
        assert kind in said


def test_messages_that_cannot_hold_data_are_shown() -> None:
    assert summary(ConnectionRefusedError(111, "Connect call failed")).endswith("Connect call failed")
    assert summary(BrokerUnavailable("no answer in time")) == "BrokerUnavailable: no answer in time"
