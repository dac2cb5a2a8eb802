"""The inputs that were made for each fault of files, read where they are: each row with its right value."""

import io
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from collect.eligibility.judge import JudgedLine
from collect.imports.reading import Unreadable, fingerprint, inspect
from collect.imports.rows import judged_rows

from .chain import Chain
from .test_imports import confirm, preview

SHARED = Path(__file__).parents[4] / "shared"
FLEETS = SHARED / "cases" / "fleets"
pytestmark = pytest.mark.skipif(not FLEETS.is_dir(), reason="the cases are not beside this checkout")
# Read with their right values elsewhere: words of categories (libs), names of persons, the same list again (below).
ELSEWHERE = {"categories.csv", "personal.csv"}


def judged(name: str, folder: Path = FLEETS) -> list[JudgedLine]:
    file = io.BytesIO((folder / name).read_bytes())
    return list(judged_rows(file, inspect(file, fingerprint(file)[1]), date(2026, 12, 2), 10_000))


def column(name: str, field: str) -> list[Any]:
    return [getattr(line.equipment, field) for line in judged(name)]


# file → field → what each of its rows is.
RIGHT: dict[str, dict[str, Sequence[Any]]] = {
    "sizes.csv": {
        "ram_gb": [8, 8, 8, 8, 8, 16, 16, 8, 8, 4, 4, 4, 4, 8, 8, 8, 8, 8, 8, 16, 8],
        "storage_gb": [
            256, 256, 256, 1000, 500, 1240, 500, 512, 256, 64, 128, 64, 64, 1000, 256, 256, 256, 256, 250, 256, 256,
        ],
    },
    # Of two years the first; « avant 2015 » is 2015 at the most, and too old either way.
    "years.csv": {
        "year": [
            2020, 2020, 2020, 2020, 2020, 2020, 2020, 2020, 2019, 2015, None, 2020, 2020, None, None, 2020, 2020, 2020,
            2020, None, 2020, None,
        ],
    },
    "quantities.csv": {"quantity": [10, 10, 10, 5, 1, 1, 1000, 1, 1, 1, 1, 1, 1, 1]},
    "ram_of_a_4gb_machine.csv": {
        "ram_gb": [8, 4], "category": ["laptop", "laptop"], "serial": ["5CG0000010", "5CG0000011"],
    },
    "serial_scientific.csv": {"serial": [None, None, None, None, "0012345", None]},
    "imei_scientific.csv": {"serial": [None, None, None]},
    "imei_leading_zero_lost.csv": {
        "serial": [
            "012345678901237", "012345678901237", "356938035643809", None, "356938035643809", "356938035643809",
        ],
        "imeis": [(), (), ("356938035643817",), (), (), ()],
    },
    "category_contradicts_model.csv": {
        "category": [
            "laptop", "laptop", "smartphone", None, "tablet", "laptop", "laptop", "smartphone", "smartphone",
        ],
    },
    "intune_min.csv": {
        "category": ["laptop", "smartphone", "smartphone", "tablet"],
        "storage_gb": [512, 128, 128, 64],
        "manufacturer": ["HP", "Apple", "Samsung", "Apple"],
    },
    "enc_cp850.csv": {"serial": ["ABC0001"], "year": [2020], "ram_gb": [8], "storage_gb": [256]},
    "enc_utf16le_nobom.csv": {"serial": ["ABC0001"], "year": [2020], "ram_gb": [8], "storage_gb": [256]},
    "no_header.csv": {"serial": ["ABC2001", "ABC2002", "ABC2003"], "category": ["laptop"] * 3},
}  # fmt: skip


@pytest.mark.parametrize(("name", "field"), [(name, field) for name, fields in RIGHT.items() for field in fields])
def test_each_row_of_a_case_says_what_it_means(name: str, field: str) -> None:
    assert column(name, field) == list(RIGHT[name][field])


def test_every_case_is_looked_at() -> None:
    looked_at = RIGHT.keys() | ELSEWHERE | {"open_quote.csv", "resent_v1.csv", "resent_v2.csv"}
    assert {file.name for file in FLEETS.iterdir()} == looked_at


def test_an_open_quote_names_its_row() -> None:
    with pytest.raises(Unreadable, match="La ligne 2 n'est pas lisible : un guillemet"):
        judged("open_quote.csv")


def test_a_quantity_that_is_none_is_to_correct_and_no_device() -> None:
    bad = [line for line in judged("quantities.csv") if line.rule == "bad-quantity"]
    assert len(bad) == 8


async def test_the_same_list_in_two_versions_is_recognised(chain: Chain) -> None:
    first = await preview(chain, (FLEETS / "resent_v1.csv").read_bytes())
    declared = await confirm(chain, first["import_id"])
    again = await preview(chain, (FLEETS / "resent_v2.csv").read_bytes())
    assert declared["reference"] in str(again), "the page says which donation it was sent with"


async def test_the_catalogue_of_models_of_snipe_it_is_no_list_of_devices(chain: Chain) -> None:
    raw = (SHARED / "samples" / "snipeit" / "models-sample.csv").read_bytes()
    assert "exportez « Matériels » (Assets)" in (await preview(chain, raw, "models.csv", status=422))["detail"]
