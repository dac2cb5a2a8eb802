"""A telephone with two IMEIs keeps both: from the file to the manifest, by which the workshop finds it."""

from typing import Any

import pytest
from collect.eligibility.lines import equipment, in_one_cell
from collect.imports.headers import layout_of
from filiere.testing.events import published
from filiere.testing.properties import examples
from hypothesis import given, settings
from hypothesis import strategies as st

from .chain import Chain
from .drafting import fields_of, lines_of
from .test_pages import token

FIRST, SECOND, THIRD = "356938035643809", "490154203237518", "352099001761481"
PHONE = {"category": "smartphone", "year": 2022, "storage_gb": 64, "manufacturer": "Apple", "model": "iPhone 12"}


@pytest.mark.parametrize(
    ("titles", "first", "second"),
    [
        (["Modèle", "IMEI", "IMEI 2"], 1, 2),
        (["Modèle", "IMEI1", "IMEI2"], 1, 2),
        (["Modèle", "IMEI (SIM 1)", "IMEI (SIM 2)"], 1, 2),
        (["IMEI secondaire", "IMEI"], 1, 0),
        (["Modèle", "N° de série", "Autres IMEI"], None, 2),
        (["Model", "Serial number", "Other IMEIs"], None, 2),
    ],
)
def test_the_column_of_the_second_imei_is_known(titles: list[str], first: int | None, second: int) -> None:
    columns = layout_of(titles).columns
    assert (columns.get("imei"), columns["imei2"]) == (first, second)


@pytest.mark.parametrize(
    ("written", "serial", "others"),
    [
        ({"imei": FIRST, "imei2": SECOND}, FIRST, (SECOND,)),
        ({"imei": f"{FIRST} / {SECOND}"}, FIRST, (SECOND,)),
        ({"imei2": SECOND}, SECOND, ()),
        ({"imei": FIRST, "imei2": FIRST}, FIRST, ()),
        ({"serial": "F2LX1234ABCD", "imei": FIRST, "imei2": SECOND}, "F2LX1234ABCD", (FIRST, SECOND)),
        ({"serial": FIRST, "imei": FIRST, "imei2": SECOND}, FIRST, (SECOND,)),
        ({"imei": FIRST, "imei2": "inconnu"}, FIRST, ()),
    ],
)
def test_one_number_identifies_and_the_others_are_kept(
    written: dict[str, str], serial: str, others: tuple[str, ...]
) -> None:
    found = equipment(**PHONE, **written)  # type: ignore[arg-type]
    assert (found.equipment.serial, found.equipment.imeis) == (serial, others)
    assert ("imei2-unread" in found.flags) is (written.get("imei2") == "inconnu")


def test_what_leads_to_a_person_is_cut_out_of_it_as_of_the_first() -> None:
    found = equipment(**PHONE, imei=FIRST, imei2=f"{SECOND} ; marie@exemple.fr")  # type: ignore[arg-type]
    assert found.equipment.imeis == (SECOND,)
    assert "cut-imei" in found.flags


@given(st.lists(st.sampled_from([FIRST, SECOND, THIRD]), max_size=3), st.sampled_from(["", "F2LX1234ABCD", FIRST]))
@settings(max_examples=examples(60))
def test_what_an_export_says_of_a_telephone_is_that_telephone(imeis: list[str], serial: str) -> None:
    told = equipment(**PHONE, serial=serial, imei=" / ".join(imeis)).equipment  # type: ignore[arg-type]
    again = equipment(**PHONE, serial=told.serial, imei2=in_one_cell(told.imeis)).equipment  # type: ignore[arg-type]
    assert again == told


async def test_two_rows_with_one_imei_between_them_are_one_telephone(chain: Chain) -> None:
    donation = await chain.declare({**PHONE, "imei": FIRST, "imei2": SECOND}, {**PHONE, "imei": SECOND})
    assert [one["rule"] for one in donation["verdicts"]] == [None, "duplicate"]
    assert donation["verdicts"][0]["imeis"] == [SECOND]


async def test_a_file_with_two_imeis_reaches_the_manifest_and_the_search(chain: Chain) -> None:
    rows = [
        "Type;Marque;Modèle;Année;Stockage;IMEI;IMEI 2",
        f"Smartphone;Apple;iPhone 12;2022;64;{FIRST};{SECOND}",
        f"Smartphone;Apple;iPhone 12;2022;64;{THIRD};",
    ]
    content = "\n".join(rows).encode()
    asked = await chain.donor.post(
        "/api/v1/donations/imports", data={"donor_id": chain.donor_id}, files={"file": ("flotte.csv", content)}
    )
    made = (await chain.donor.post(f"/api/v1/donations/imports/{asked.json()['import_id']}/confirm")).json()
    donation_id = made["donation_id"]
    await chain.do(f"/donations/{donation_id}/accept")
    devices = (await chain.get(f"/donations/{donation_id}/devices"))["items"]
    assert [(one["serial"], one["imeis"]) for one in devices] == [(FIRST, [SECOND]), (THIRD, [])]
    browser = await chain.client.login("camille")
    shown = await browser.get(f"/equipements?q={SECOND}", follow_redirects=True)
    assert devices[0]["label"] in shown.text
    assert SECOND in shown.text
    lot = (await chain.do(f"/donations/{donation_id}/collect"))["lots"][0]
    await chain.do(f"/lots/{lot}/dispatch", {"workshop_id": chain.workshop_id})
    manifest: list[dict[str, Any]] = [
        one for event in await published(chain.database, "lot-manifest") for one in event.data["devices"]
    ]
    assert [one["imeis"] for one in manifest] == [[SECOND], []]
    sheet = (await chain.donor.get(f"/api/v1/donations/{donation_id}/devices.csv")).text
    assert f"{FIRST}" in sheet
    assert SECOND in sheet


async def test_a_draft_keeps_the_second_imei_when_a_line_is_corrected(chain: Chain) -> None:
    draft = await chain.declare({**PHONE, "imei": FIRST, "imei2": SECOND}, draft=True)
    browser = await chain.client.login("camille")
    path = f"/dons/{draft['id']}/modifier"
    page = await browser.get(f"{path}?voir=acceptees")
    fields = fields_of(page.text)
    assert fields["imei2-1"] == SECOND
    form = fields | {"csrf_token": token(page), "action": "save", "model-1": "iPhone 13"}
    assert (await browser.post(path, data=form)).is_success
    assert SECOND in (await browser.get(f"/dons/{draft['id']}")).text
    (line,) = (await lines_of(chain, draft["id"])).values()
    assert (line["model"], line["serial"], line["imeis"]) == ("iPhone 13", FIRST, [SECOND])
