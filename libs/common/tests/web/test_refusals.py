"""A request that is refused leaves nothing behind, in whatever way its handler says no."""

import pytest
from filiere.database import Database
from filiere.testing.client import ServiceClient
from filiere.testing.sql import rows, value

from .test_pages import token_in


async def on_the_shelf(database: Database) -> list[str]:
    return [row["label"] for row in await rows(database, "SELECT label FROM device ORDER BY label")]


async def kept_keys(database: Database) -> int:
    return int(await value(database, "SELECT count(*) FROM idempotency_key"))


@pytest.mark.parametrize("then", ["show", "away", "another"])
async def test_what_was_written_before_a_rule_refused_is_gone(
    shelf: ServiceClient, database: Database, then: str
) -> None:
    person = await shelf.login("lea")
    form = {"csrf_token": token_in(await person.get("/shelf")), "first": "FIL-1", "second": "FIL-2", "then": then}
    refused = await person.post("/shelf/pair", data={**form, "weight": "80"}, follow_redirects=False)
    assert refused.status_code == (422 if then == "show" else 303)
    assert await on_the_shelf(database) == []
    if then == "show":
        assert "Au plus 50 kg." in refused.text
        assert "FIL-1" not in refused.text, "the page shows what is not there"
    assert (await person.post("/shelf/pair", data=form)).status_code == 200
    assert await on_the_shelf(database) == ["FIL-1", "FIL-2"]


async def test_an_answer_of_400_or_more_keeps_nothing_not_even_its_key(
    shelf: ServiceClient, database: Database
) -> None:
    lea = await shelf.as_("lea")
    headers = {"Idempotency-Key": "once"}
    refused = await lea.post("/api/v1/devices/polite", json={"label": "FIL-1", "weight": 1}, headers=headers)
    assert refused.status_code == 409
    assert await on_the_shelf(database) == []
    assert await kept_keys(database) == 0


async def test_many_refusals_give_their_connections_back(shelf: ServiceClient, database: Database) -> None:
    person = await shelf.login("lea")
    form = {"csrf_token": token_in(await person.get("/shelf")), "first": "FIL-1", "second": "FIL-2", "weight": "80"}
    for _ in range(20):  # the pool has eight
        assert (await person.post("/shelf/pair", data=form)).status_code == 422
    assert database.connections.in_use == 0
