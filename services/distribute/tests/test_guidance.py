"""The diagnosis of a person: questions, then proposals with reasons, and nothing of it stays anywhere."""

import itertools
import re
from typing import Any

import pytest
from distribute.guidance.questions import PersonDiagnosis, diagnosis_on
from filiere.calendar import today
from filiere.database import Database
from filiere.testing.client import ServiceClient
from filiere.testing.sql import rows
from pydantic import ValidationError

from .conftest import World
from .test_pages import submit, words

ANSWERS = {
    "use": "internet",
    "has": "nothing",
    "box": "no",
    "bank": "no",
    "abroad": "often",
    "video": "yes",
    "place": "no",
    "ease": "no",
}


def proposed(**given: str) -> dict[str, list[str]]:
    found = diagnosis_on(today()).propose({**ANSWERS, **given})
    return {kind: [one.id for one in of] for kind, of in found._asdict().items()}


def test_each_answer_leads_somewhere_with_a_reason() -> None:
    assert proposed() == {
        "devices": ["smartphone"],
        "connections": ["prepaid", "calls_abroad", "much_data"],
        "trainings": ["first_steps"],
    }
    assert proposed(use="papers")["devices"] == ["laptop"]
    assert proposed(use="papers", place="yes")["devices"] == ["tower"]
    assert proposed(use="calls", video="no")["devices"] == ["keypad"]
    assert proposed(has="smartphone")["devices"] == ["keep"]
    assert proposed(box="yes", bank="yes", abroad="seldom")["connections"] == ["enough"]
    assert proposed(ease="yes")["trainings"] == ["none_needed"]
    # Who has nothing that works needs a number, and who wants above all to telephone no tablet.
    alone = {"use": "calls", "box": "no", "bank": "yes", "abroad": "seldom"}
    assert proposed(**alone, video="no")["connections"] == ["number"]
    assert proposed(**{**alone, "box": "yes"}, video="yes")["devices"] == ["smartphone"]


def test_whatever_is_answered_something_is_proposed_and_each_proposal_is_reached() -> None:
    version = diagnosis_on(today())
    reached = set()
    for chosen in itertools.product(*(one.answers for one in version.questions)):
        found = version.propose(dict(zip((one.id for one in version.questions), chosen, strict=True)))
        assert all(found)
        reached |= {one.id for of in found for one in of}
    kinds = (version.devices, version.connections, version.trainings)
    assert reached == {one.id for of in kinds for one in of}


def test_a_version_that_does_not_hang_together_is_refused() -> None:
    said = diagnosis_on(today()).model_dump(mode="json")
    said["devices"][0]["when"] = {"use": ["flying"]}
    with pytest.raises(ValidationError, match="no question"):
        PersonDiagnosis.model_validate(said)


async def everything(database: Database) -> dict[str, int]:
    tables = await rows(database, "SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
    counted = " UNION ALL ".join(f"SELECT '{name}', count(*) FROM \"{name}\"" for (name,) in tables)
    return {row[0]: row[1] for row in await rows(database, counted)}


async def test_nothing_stays_of_what_somebody_answered(
    client: ServiceClient, database: Database, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    before = await everything(database)
    async with client.anonymous() as anybody:
        asked = await anybody.get("/diagnostic")
        assert asked.headers["cache-control"] == "public, max-age=300"
        assert len(asked.content) < 20_000
        answer = await anybody.post("/diagnostic", data=ANSWERS)
    said = words(answer)
    assert "Un smartphone" in said
    assert "Une carte SIM et des recharges" in said
    assert "Les premiers pas" in said
    assert answer.headers["cache-control"] == "private, no-store"
    for one in (asked, answer):
        assert "set-cookie" not in one.headers
        assert 'method="get"' not in one.text, "no answer comes into an address"
    assert await everything(database) == before
    logged = caplog.text + "".join(capsys.readouterr())
    assert not re.search(r"calls_abroad|abroad|ease=", logged)


async def test_an_answer_that_is_missing_is_said_and_the_others_are_kept(client: ServiceClient) -> None:
    async with client.anonymous() as anybody:
        some: dict[str, Any] = {name: answer for name, answer in ANSWERS.items() if name != "bank"}
        told = await anybody.post("/diagnostic", data={**some, "box": "<script>"})
    assert told.status_code == 422
    assert "Il en manque 2" in words(told)
    assert 'name="abroad" value="often" required checked' in told.text
    assert "<script>" not in told.text


async def test_it_leads_to_a_slip_that_is_filled(world: World) -> None:
    async with world.client.anonymous() as anybody:
        stranger = await anybody.post("/diagnostic/bon", data={"wanted": "smartphone"})
    assert "Recevez votre lien" in words(stranger)
    assert '<option value="smartphone" selected>' in stranger.text
    relais = await world.relais()
    browser = await world.client.login(relais["subject"])
    filled = await browser.post("/diagnostic/bon", data={"wanted": "topup"})
    assert '<option value="topup" selected>' in filled.text
    assert 'action="/bons"' in filled.text
    made = await submit(browser, "/bons", wanted="topup", tier="gift", seen_by="AS-2")
    assert "BON-" in words(made)
