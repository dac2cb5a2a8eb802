"""As much as one request may bring: everybody else of the process goes on meanwhile."""

import json
from typing import Any

import pytest
from collect.donations.limits import MAX_LINES
from filiere.identifiers import uuid7
from filiere.testing.loop_turns import long_turns

from .chain import Chain

# Every line a device of its own, of a maker and a model that nobody knows: nothing is found in a cache.
LINES = [
    {
        "category": "Ordinateur portable",
        "manufacturer": f"Maison {n} du matériel",
        "model": f"Équipement de série n° {n}, seconde édition",
        "serial": f"PF{n:08d}",
        "asset_tag": f"INV-{n:07d}",
        "year": 2021,
        "ram_gb": 8,
    }
    for n in range(MAX_LINES)
]
JSON = {"content-type": "application/json"}
MANY_ROWS = b"Type;Marque;Modele;Serie\n" + b"".join(b"Portable;Lenovo;T480;XY%09d\n" % n for n in range(560_000))


def body(chain: Chain, lines: list[dict[str, Any]], **more: Any) -> bytes:
    return json.dumps({"donor_id": chain.donor_id, "lines": lines, **more}).encode()


@pytest.mark.slow
async def test_a_donation_of_so_many_lines_is_declared_edited_and_accepted_beside_others(chain: Chain) -> None:
    draft = body(chain, LINES, draft=True)
    with long_turns() as turns:
        made = await chain.donor.post("/api/v1/donations", content=draft, headers=JSON)
    assert (made.status_code, turns) == (201, [])
    donation = made.json()
    assert (donation["accepted"], len(donation["verdicts"])) == (MAX_LINES, MAX_LINES)
    assert [line["line"] for line in donation["verdicts"]] == list(range(1, MAX_LINES + 1))
    path = f"/api/v1/donations/{donation['id']}"
    with long_turns() as turns:
        edited = await chain.donor.put(f"{path}/lines", content=draft, headers=JSON)
    assert (edited.status_code, turns) == (200, [])
    assert (await chain.donor.post(f"{path}/submit")).status_code == 200
    # Half of them by the coordination's own words.
    refused = [{"line": 2 * n + 1, "reason": f"Équipement {n} : gardé par l'école."} for n in range(MAX_LINES // 2)]
    refuse = json.dumps({"refuse": refused}).encode()
    with long_turns() as turns:
        accepted = await chain.coordinator.post(f"{path}/accept", content=refuse, headers=JSON)
    assert (accepted.status_code, turns) == (200, [])
    assert accepted.json()["accepted"] == MAX_LINES // 2
    with long_turns() as turns:
        again = await chain.donor.post("/api/v1/donations", content=body(chain, LINES), headers=JSON)
    assert (again.status_code, turns) == (201, [])
    assert again.json()["refused"] == MAX_LINES // 2


@pytest.mark.slow
async def test_so_many_wrong_lines_are_refused_in_a_short_answer_beside_others(chain: Chain) -> None:
    wrong = body(chain, [{**line, "year": "abc", "colour": 1} for line in LINES])
    with long_turns() as turns:
        refused = await chain.donor.post("/api/v1/donations", content=wrong, headers=JSON)
    assert (refused.status_code, turns) == (422, [])
    assert len(refused.content) < 32_000
    assert refused.json()["errors"][0] == {"field": "lines.0.year", "message_fr": "Écrivez un nombre entier."}
    assert refused.json()["more_errors"] == 2 * MAX_LINES - len(refused.json()["errors"])


async def test_a_body_of_nothing_but_brackets_is_not_parsed(chain: Chain) -> None:
    brackets = b"[" + b"{}," * 690_000 + b"{}]"
    assert (await chain.donor.post("/api/v1/donations", content=brackets, headers=JSON)).status_code == 413


@pytest.mark.slow
async def test_an_upload_as_large_as_may_be_with_a_key_is_read_beside_others(chain: Chain) -> None:
    file = {"file": ("parc.csv", MANY_ROWS, "text/csv")}
    key = {"idempotency-key": str(uuid7())}
    request = chain.donor.build_request(
        "POST", "/api/v1/donations/imports", data={"donor_id": chain.donor_id}, files=file, headers=key
    )
    await request.aread()
    with long_turns() as turns:
        answer = await chain.donor.send(request)
    assert (answer.status_code // 100, turns) in ((2, []), (4, []))
