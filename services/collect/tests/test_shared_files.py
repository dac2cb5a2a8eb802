"""Every file of other tools and every case beside this checkout, read as a donor would send it: one expectation each.

A file that is added there and has none fails here. Where the folders are absent (a clone without them) it is skipped.
"""

import json
import re
import zlib
from pathlib import Path
from typing import Any

import pytest
from filiere.testing.sql import value

from .chain import Chain
from .test_imports import preview

SHARED = Path(__file__).parents[4] / "shared"
FOLDERS = ("samples", "cases")
SAYS = "says"
NOT_OURS = {
    "samples/SOURCES.md": "says where the others come from",
    "samples/glpi/inventory.schema.json": "a schema, no inventory",
    "samples/grading/pc_2023_vectors.csv": "grades of computers: libs/common/tests/catalogue",
    "samples/nwipe/nwipe_log_excerpts.txt": "reports of erasures: for refurbish",
    "cases/erasures/nwipe_failed.log": "a report of an erasure: refurbish/tests/erasure",
    "cases/inventories/cpu_names.txt": "names of processors: for libs/common",
}
"""Files that no donor sends here, and whose they are."""
# What names a person or is their own in these files, and may stand nowhere afterwards.
PERSONS = (
    r"exemple|durand|jdupont|dupont|paul|martin|jeanne|mccrackem|gage|@|0600000000|06 00 00|\+33600000000|"
    r"paie des|firefox|libreoffice|microsoft office"
)


def files() -> list[str]:
    return sorted(
        str(path.relative_to(SHARED)) for folder in FOLDERS for path in (SHARED / folder).rglob("*") if path.is_file()
    )


Expected = dict[str, Any]
"""`says`: of the sentence that refuses it; else counts of the preview, and by field what was kept of each row."""

EXPECTED: dict[str, Expected] = {
    "cases/fleets/no_header.csv": {
        "rows": 3, "accepted": 3, "serial": ["ABC2001", "ABC2002", "ABC2003"], "year": [2020] * 3, "ram_gb": [8] * 3,
        "model": ["Latitude 5490"] * 3,
    },
    "cases/fleets/open_quote.csv": {SAYS: "La ligne 2"},
    "cases/fleets/enc_cp850.csv": {"accepted": 1, "year": [2020], "ram_gb": [8], "storage_gb": [256]},
    "cases/fleets/enc_utf16le_nobom.csv": {"accepted": 1, "serial": ["ABC0001"], "year": [2020], "storage_gb": [256]},
    "cases/fleets/imei_leading_zero_lost.csv": {
        "rows": 6, "accepted": 3, "refused": 3,
        "serial": [
            "012345678901237", "012345678901237", "356938035643809", None, "356938035643809", "356938035643809"
        ],
    },
    "cases/fleets/imei_scientific.csv": {"rows": 3, "serial": [None] * 3, "flag": ["spoilt-imei"] * 3},
    "cases/fleets/serial_scientific.csv": {
        "rows": 6, "accepted": 6, "serial": [None, None, None, None, "0012345", None],
    },
    "cases/fleets/sizes.csv": {
        "rows": 21, "errors": 0,
        "ram_gb": [8, 8, 8, 8, 8, 16, 16, 8, 8, 4, 4, 4, 4, 8, 8, 8, 8, 8, 8, 16, 8],
        "storage_gb": [
            256, 256, 256, 1000, 500, 1240, 500, 512, 256, 64, 128, 64, 64, 1000, 256, 256, 256, 256, 250, 256, 256
        ],
    },
    "cases/fleets/years.csv": {
        "rows": 22,
        "year": [
            2020, 2020, 2020, 2020, 2020, 2020, 2020, 2020, 2019, 2015, None, 2020, 2020, None, None, 2020, 2020, 2020,
            2020, None, 2020, None,
        ],
    },
    "cases/fleets/quantities.csv": {"rows": 14, "errors": 8,
        "quantity": [10, 10, 10, 5, 1, 1, 1000, 1, 1, 1, 1, 1, 1, 1],
    },
    "cases/fleets/ram_of_a_4gb_machine.csv": {"accepted": 2, "ram_gb": [8, 4], "serial": ["5CG0000010", "5CG0000011"]},
    "cases/fleets/intune_min.csv": {
        "rows": 4, "accepted": 4, "category": ["laptop", "smartphone", "smartphone", "tablet"],
        "storage_gb": [512, 128, 128, 64],
        "serial": ["5CG0000001", "F2LX0000ABCD", "R58R0000001", "DMPX0000WXYZ"],
    },
    "cases/fleets/category_contradicts_model.csv": {
        "category": [
            "laptop", "laptop", "smartphone", None, "tablet", "laptop", "laptop", "smartphone", "smartphone"
        ],
    },
    "cases/fleets/categories.csv": {"rows": 57, "refused": 5, "errors": 1},
    "cases/fleets/personal.csv": {
        "rows": 2, "errors": 0, "model": ["Latitude 5490", "ProBook"], "asset_tag": [None, None],
        "serial": ["ABC3001", "ABC3002"],
    },
    "cases/fleets/resent_v1.csv": {"rows": 2, "accepted": 2, "quantity": [12, 9]},
    "cases/fleets/resent_v2.csv": {"rows": 2, "accepted": 2, "quantity": [12, 9]},
    "cases/inventories/glpi_android.json": {"serial": ["490154203237518"], "category": ["smartphone"]},
    "cases/inventories/glpi_memory_14gb.json": {"ram_gb": [14]},
    "cases/inventories/glpi_memory_modules_below_system.json": {"accepted": 1, "ram_gb": [8], "serial": ["PF1TEST01"]},
    "cases/inventories/glpi_partial_batteries.json": {"serial": ["PF1TEST01"], "ram_gb": [8]},
    "cases/inventories/glpi_ssd_models.json": {"accepted": 1, "serial": ["PF1TEST01"]},
    "cases/inventories/glpi_switch.json": {SAYS: "Rien dans ce fichier ne décrit un ordinateur ni un téléphone"},
    "cases/inventories/lshw_boot_key.json": {"storage_gb": [256], "serial": ["PF1TEST01"], "ram_gb": [8]},
    "samples/snipeit/assets-sample.csv": {"accepted": 0},
    "samples/snipeit/models-sample.csv": {SAYS: "le catalogue des modèles de Snipe-IT"},
    "samples/ereuse/snapshot-workbench11.json": {"rows": 1, "category": ["laptop"]},
    "samples/glpi/agent_elitebook_2540p.xml": {"rows": 1, "category": ["laptop"]},
    "samples/glpi/computer_1.json": {"rows": 1},
    "samples/glpi/phone_1.json": {"rows": 1, "category": ["smartphone"]},
}  # fmt: skip


@pytest.mark.skipif(not SHARED.is_dir(), reason="the samples and cases are not beside this checkout")
def test_every_file_there_has_what_is_expected_of_it() -> None:
    assert sorted([*EXPECTED, *NOT_OURS]) == files()


@pytest.mark.slow
@pytest.mark.skipif(not SHARED.is_dir(), reason="the samples and cases are not beside this checkout")
async def test_each_is_read_with_its_values_and_nobody_in_it_is_kept(chain: Chain) -> None:
    wrong: list[str] = []
    read: list[dict[str, Any]] = []
    for name, expected in EXPECTED.items():
        path = SHARED / name
        if SAYS in expected:
            seen = await preview(chain, path.read_bytes(), path.name, status=422)
            found: Expected = {SAYS: expected[SAYS] if expected[SAYS] in seen["detail"] else seen["detail"]}
        else:
            seen = await preview(chain, path.read_bytes(), path.name)
            read.append(seen)
            if (copy := await kept_copy(chain, seen["import_id"])) is not None:
                assert re.search(PERSONS, copy, re.IGNORECASE) is None, (name, copy)
            rows = await kept_rows(chain, seen["import_id"])
            for row in rows:
                row["flag"] = (row["flags"] or [None])[0]
            found = {
                name: seen[name] if not isinstance(expected[name], list) else [row[name] for row in rows]
                for name in expected
            }
        wrong += [
            f"{path.name}: {field} is {found[field]}, not {right}"
            for field, right in expected.items()
            if found[field] != right
        ]
    assert not wrong, "\n".join(wrong)
    # What becomes of them is searched too: declared, or a draft with its faulty rows.
    for seen in read:
        answer = await chain.donor.post(f"/api/v1/donations/imports/{seen['import_id']}/confirm")
        if answer.status_code == 409:  # none of its rows is accepted, or another case has declared its devices
            answer = await chain.donor.post(f"/api/v1/donations/imports/{seen['import_id']}/draft")
        assert answer.status_code == 201, answer.text
    assert await everything_kept_that_names(chain, PERSONS) == {}


async def kept_rows(chain: Chain, import_id: str) -> list[dict[str, Any]]:
    """An import's rows, as they stand in the table."""
    said = f"SELECT json_agg(to_json(r) ORDER BY position)::text FROM import_row r WHERE import_id = '{import_id}'"
    return list(json.loads(await value(chain.database, said)))


async def kept_copy(chain: Chain, import_id: str) -> str | None:
    """What is kept of the list until it is declared, unpacked."""
    packed = await value(chain.database, f"SELECT content FROM import_copy WHERE import_id = '{import_id}'")
    return None if packed is None else zlib.decompress(packed).decode()


async def everything_kept_that_names(chain: Chain, pattern: str) -> dict[str, str]:
    """Table → the first row that matches, of every table."""
    tables = json.loads(
        await value(
            chain.database,
            "SELECT json_agg(quote_ident(tablename))::text FROM pg_tables WHERE schemaname = current_schema()",
        )
    )
    found = {}
    for table in tables:
        first = await value(chain.database, f"SELECT t::text FROM {table} t WHERE t::text ~* $${pattern}$$ LIMIT 1")
        if first is not None and table not in OF_THE_TESTS_OWN:
            found[table] = first
    return found


OF_THE_TESTS_OWN = ("contact", "person", "membership", "donor", "organisation", "member", "session", "journal")
"""The test's own donor has people, whom it registered itself."""
