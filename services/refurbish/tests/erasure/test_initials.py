"""Who wiped and who verified leave the workshop as initials: a log is kept, a name stays where it was written."""

import json
import re

import pytest
from filiere.database import Database
from filiere.testing.events import published
from hypothesis import given
from hypothesis import strategies as st
from refurbish.erasure.initials import initials

from ..conftest import World


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("Élise Le Goff-Martin", "E.L.G.M."),
        ("ada", "A."),
        ("Jean  d'Ormesson", "J.D.O."),
        ("un deux trois quatre cinq", "U.D.T.Q."),
        ("ada@atelier.example", None),
        ("01936f3e-0000-7000-8000-0000000000e1", None),
        ("ليلى", None),
        ("  ", None),
        (None, None),
    ],
)
def test_initials_of(name: str | None, said: str | None) -> None:
    assert initials(name) == said


@given(st.text(max_size=200))
def test_whatever_a_name_is_at_most_four_capitals_leave(name: str) -> None:
    said = initials(name)
    assert said is None or re.fullmatch(r"([A-Z]\.){1,4}", said)


async def test_the_donor_is_told_who_by_initials_and_where_the_names_are(
    world: World, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    device = await world.arrived()
    await world.post(f"/devices/{device}/media", [{"serial": "S4NSSD0001", "kind": "ssd"}])
    await world.reported(device, "S4NSSD0001")
    monkeypatch.setattr("refurbish.erasure.verifications.service.person", lambda _: "Béatrice Quincampoix")
    await world.confirm(device)
    [event] = await published(database, "device-erased")
    [medium] = event.data["media"]
    assert medium["verifier"] == "B.Q."
    [report] = await world.get(f"/devices/{device}/erasures")
    assert (medium["erasure_id"], medium["erased_at"][:19]) == (report["id"], report["erased_at"][:19])
    assert report["verified_by"] == "Béatrice Quincampoix"
    assert "Quincampoix" not in json.dumps(event.data, ensure_ascii=False)
