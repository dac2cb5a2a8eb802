"""OCS Inventory, Lansweeper and SCCM write their own titles and units: read as they mean them, without their people.

The titles are those tools' own (docs/inventory-exports.md says from where), the values are invented.
"""

import re
from pathlib import Path
from typing import Any

import pytest

from .chain import Chain
from .test_imports import confirm, preview
from .test_shared_files import everything_kept_that_names, kept_copy, kept_rows

EXPORTS = Path(__file__).parent / "exports"
TWO: dict[str, Any] = {"category": ["laptop", "desktop"], "serial": ["ABCD123", "CZC1234567"], "ram_gb": [8, 16]}
EXPECTED: dict[str, dict[str, Any]] = {
    "ocs-en.csv": TWO | {"asset_tag": [None, None]},
    "ocs-fr.csv": TWO | {"asset_tag": [None, None]},
    "sms.csv": TWO | {"asset_tag": [None, None], "storage_gb": [256, 500]},
    "configmgr.csv": TWO | {"asset_tag": [None, "EXEMPLE-0044"], "storage_gb": [256, 500]},
    "configmgr-query.csv": TWO | {"asset_tag": [None, None], "storage_gb": [256, 512]},
    "lansweeper-report.csv": {
        "category": ["laptop", "smartphone", "monitor", None], "serial": [None] * 4, "asset_tag": [None] * 4,
    },
    "lansweeper-assets.csv": {
        "category": ["laptop", "laptop"], "serial": ["ABCD123", "C02XK1ZZJG5H"], "ram_gb": [8, 16],
        "asset_tag": ["INV-0042", "EXEMPLE-0043"], "year": [2019, 2020],
    },
}  # fmt: skip
PEOPLE = r"vautrin|zoé|ogueret|guéret|odile|10\.77\.|00:1b:44"


def test_every_export_is_looked_at() -> None:
    assert {path.name for path in EXPORTS.iterdir()} == EXPECTED.keys()


@pytest.mark.parametrize("name", EXPECTED)
async def test_an_export_is_read_as_its_tool_means_it_and_names_nobody(chain: Chain, name: str) -> None:
    seen = await preview(chain, (EXPORTS / name).read_bytes(), name)
    assert seen["errors"] == 0, seen["problems"]
    rows = await kept_rows(chain, seen["import_id"])
    for field, right in EXPECTED[name].items():
        assert [row[field] for row in rows] == right, field
    copy = await kept_copy(chain, seen["import_id"])
    assert copy is not None
    assert re.search(PEOPLE, copy, re.IGNORECASE) is None, copy
    assert await everything_kept_that_names(chain, PEOPLE) == {}
    await confirm(chain, seen["import_id"])
    assert await everything_kept_that_names(chain, PEOPLE) == {}


async def test_a_place_that_ocs_writes_on_every_machine_is_no_inventory_number(chain: Chain) -> None:
    """Two machines of one building, none with a serial: both are declared."""
    written = "TAG;Last inventory;Computer;Manufacturer;Model\nSIEGE;2026-10-02;PC-1;Dell;Latitude 5490\n"
    seen = await preview(chain, written + "SIEGE;2026-10-02;PC-2;Dell;Latitude 5490\n")
    assert (seen["rows"], seen["accepted"]) == (2, 2)
    # Elsewhere a tag is what it says.
    seen = await preview(chain, "Tag;Type;Model\nSIEGE;Portable;Latitude 5490\nSIEGE;Portable;Latitude 5490\n")
    assert (seen["rows"], seen["accepted"]) == (2, 1)
