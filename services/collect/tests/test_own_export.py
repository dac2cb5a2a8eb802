"""Our own list of devices, sent back: nothing in it is new, in CSV or XLSX, accepted, refused or missing."""

from typing import Any

from collect.devices.download import HEADER
from collect.imports.headers import names_of
from collect.imports.own_export import HEADINGS
from filiere.testing.properties import examples
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from .chain import Chain

LINES: list[dict[str, Any]] = [
    {"category": "laptop", "year": 2021, "ram_gb": 8, "serial": "5CG8411ABC"},
    {"category": "laptop", "year": 2021, "ram_gb": 8, "asset_tag": "INV-1"},
    {"category": "monitor", "year": 2020, "quantity": 3},
    {"category": "laptop", "year": 1999, "ram_gb": 1, "serial": "OLD0000001"},
    {"category": "smartphone", "year": 2022, "storage_gb": 64, "manufacturer": "Apple", "model": "iPhone 12"},
    {"category": "tablet", "year": 2003, "quantity": 2},
]


def test_the_export_has_the_headings_by_which_it_is_known() -> None:
    assert set(HEADINGS[0]) <= set(names_of(HEADER))


async def sent_back(chain: Chain, donation: dict[str, Any], query: str = "") -> dict[str, Any]:
    """What the import makes of the donation's own list."""
    sheet = await chain.donor.get(f"/api/v1/donations/{donation['id']}/devices.csv{query}")
    name = "export.xlsx" if "xlsx" in query else "export.csv"
    answer = await chain.donor.post(
        "/api/v1/donations/imports", data={"donor_id": chain.donor_id}, files={"file": (name, sheet.content)}
    )
    assert answer.status_code < 300, answer.text
    return dict(answer.json())


@given(st.lists(st.sampled_from(LINES), min_size=1, max_size=8), st.sampled_from(["", "?format=xlsx"]))
@settings(max_examples=examples(8), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
async def test_export_then_import_is_the_identity(chain: Chain, lines: list[dict[str, Any]], query: str) -> None:
    donation = await chain.declare(*lines)
    if donation["accepted"]:
        await chain.do(f"/donations/{donation['id']}/accept")
        again = await sent_back(chain, donation, query)
        assert (again["accepted"], again["errors"]) == (0, 0), again
        assert again["refused"] == donation["declared"]


async def test_missing_devices_come_back_as_known_too(chain: Chain) -> None:
    donation = await chain.declare({**LINES[2], "quantity": 2}, LINES[0])
    await chain.do(f"/donations/{donation['id']}/accept")
    device = (await chain.get(f"/donations/{donation['id']}/devices"))["items"][0]
    await chain.do(f"/donations/{donation['id']}/collect", {"not_found": [device["label"]]})
    again = await sent_back(chain, donation)
    assert (again["accepted"], again["refused"]) == (0, 3)
