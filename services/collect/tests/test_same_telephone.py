"""A telephone with two IMEIs is the same telephone by either, in whatever order, file, draft or donation it comes."""

from datetime import date
from itertools import pairwise
from typing import Any

import pytest
from collect.eligibility.judge import Judge
from collect.eligibility.lines import Equipment, equipment
from filiere.identifiers import normalise_imei
from filiere.testing.properties import examples
from filiere.testing.sql import statements
from hypothesis import given, settings
from hypothesis import strategies as st

from .chain import Chain, register
from .drafting import drafted, lines_of
from .test_imports import confirm, preview
from .test_second_imei import FIRST, PHONE, SECOND, THIRD

FILE = "Type;Marque;Modèle;Année;Stockage;{titles}\nSmartphone;Apple;iPhone 12;2022;64;{cells}\n"
ALREADY = "Déjà déclaré : même IMEI que la ligne 1 du don"


def _file(**cells: str) -> str:
    return FILE.format(titles=";".join(cells), cells=";".join(cells.values()))


_ONE_OTHERWISE: list[tuple[dict[str, str], dict[str, str]]] = [
    ({"imei": FIRST, "imei2": SECOND}, {"imei": SECOND}),
    ({"imei": FIRST, "imei2": SECOND}, {"imei": SECOND, "imei2": FIRST}),
    ({"imei": SECOND}, {"imei": FIRST, "imei2": SECOND}),
    ({"imei": FIRST, "imei2": SECOND}, {"imei": THIRD, "imei2": SECOND}),
    ({"serial": "F2LX1234ABCD", "imei": FIRST, "imei2": SECOND}, {"imei": SECOND}),
    ({"imei": SECOND}, {"serial": "F2LX1234ABCD", "imei": FIRST, "imei2": SECOND}),
]


@pytest.mark.parametrize(("before", "again"), _ONE_OTHERWISE)
async def test_it_is_declared_once_whichever_of_its_numbers_says_so(
    chain: Chain, before: dict[str, str], again: dict[str, str]
) -> None:
    sent = await chain.declare({**PHONE, **before})
    said = f"{ALREADY} {sent['reference']}."
    # By the form, sent at once and as a draft; by a file, in its preview and once it is a draft.
    told = (await chain.declare({**PHONE, **again}, {**PHONE, "imei": "356868000041418"}))["verdicts"]
    assert [(one["rule"], one["reason"]) for one in told[:1]] == [("already-declared", said)]
    assert told[1]["rule"] is None
    draft = await chain.declare({**PHONE, **again}, draft=True)
    assert draft["verdicts"][0]["reason"] == said
    titles = {"serial": "N° de série", "imei": "IMEI", "imei2": "IMEI 2"}
    content = _file(**{titles[name]: number for name, number in again.items()})
    seen = await preview(chain, content)
    assert [(one["rule"], one["reason"]) for one in seen["problems"]] == [("already-declared", said)]
    (line,) = (await lines_of(chain, (await drafted(chain, content))["donation_id"])).values()
    assert (line["verdict"], line["reason"]) == ("refused", said)


async def test_another_telephone_of_the_same_model_is_another(chain: Chain) -> None:
    await chain.declare({**PHONE, "imei": FIRST, "imei2": SECOND})
    assert (await chain.declare({**PHONE, "imei": THIRD}))["accepted"] == 1
    assert (await preview(chain, _file(IMEI="356868000041418")))["accepted"] == 1


async def test_another_donor_may_declare_what_carries_its_number(chain: Chain) -> None:
    """Numbers identify within one donor's fleet, as the first one does."""
    await chain.declare({**PHONE, "imei": FIRST, "imei2": SECOND})
    other = await register(chain.coordinator, "552032534")
    asked = await chain.coordinator.post(
        "/api/v1/donations", json={"donor_id": other["id"], "lines": [{**PHONE, "imei": SECOND}]}
    )
    assert asked.json()["accepted"] == 1


async def test_the_same_list_by_the_other_imei_is_the_same_list(chain: Chain) -> None:
    sent = await confirm(chain, (await preview(chain, _file(**{"IMEI": FIRST, "IMEI 2": SECOND})))["import_id"])
    seen = await preview(chain, _file(IMEI=SECOND))
    assert seen["same_as"]["reference"] == sent["reference"]
    assert (await preview(chain, _file(IMEI=THIRD)))["same_as"] is None


async def test_a_draft_is_corrected_by_a_file_that_names_the_telephone_by_its_other_imei(chain: Chain) -> None:
    draft = await drafted(chain, _file(**{"IMEI": FIRST, "IMEI 2": SECOND}))
    corrected = _file(IMEI=SECOND).replace("iPhone 12", "iPhone 13")
    assert [one["donation_id"] for one in (await preview(chain, corrected))["earlier"]] == [draft["donation_id"]]
    again = await drafted(chain, corrected, donation_id=draft["donation_id"])
    assert (again["changed"], again["added"]) == (1, 0)
    (line,) = (await lines_of(chain, draft["donation_id"])).values()
    assert (line["model"], line["serial"], line["imeis"]) == ("iPhone 13", FIRST, [SECOND])


async def test_two_drafts_know_of_each_other_by_any_number(chain: Chain) -> None:
    first = await chain.declare({**PHONE, "imei": FIRST, "imei2": SECOND}, draft=True)
    second = await chain.declare({**PHONE, "imei": SECOND}, draft=True)
    browser = await chain.client.login("camille")
    assert first["reference"] in (await browser.get(f"/dons/{second['id']}")).text


async def test_lists_are_searched_by_any_imei(chain: Chain) -> None:
    content = _file(**{"IMEI": FIRST, "IMEI 2": SECOND}) + f"Smartphone;Apple;iPhone 8;2022;64;{THIRD};\n"
    seen = await preview(chain, content)
    browser = await chain.client.login("camille")
    page = (await browser.get(f"/imports/{seen['import_id']}?q={SECOND}")).text
    assert f"<code>{FIRST}</code>" in page
    assert f"<code>{THIRD}</code>" not in page
    sent = await confirm(chain, seen["import_id"])
    page = (await browser.get(f"/dons/{sent['donation_id']}/lignes?q={SECOND}")).text
    assert "iPhone 12" in page
    assert "iPhone 8" not in page


_NUMBERS = [FIRST, SECOND, THIRD, "356868000041418"]


def _phone(serial: str | None, imeis: list[str]) -> Equipment:
    return equipment(**PHONE, serial=serial, imei=" / ".join(imeis)).equipment  # type: ignore[arg-type]


_fleets = st.lists(
    st.tuples(st.sampled_from([None, "F2LX1234ABCD", "F2LX1234ABCE"]), st.lists(st.sampled_from(_NUMBERS), max_size=3)),
    min_size=1,
    max_size=8,
)


@given(_fleets)
@settings(max_examples=examples(100))
def test_no_two_accepted_lines_share_a_number_and_every_refused_one_shares_one(
    fleet: list[tuple[str | None, list[str]]],
) -> None:
    judge, accepted = Judge(date(2026, 12, 1)), set[str]()
    for position, (serial, imeis) in enumerate(fleet, 1):
        phone = _phone(serial, imeis)
        line = judge.judge(position, phone)
        assert (line.rule == "duplicate") is bool(accepted & set(phone.numbers))
        if line.rule is None:
            accepted |= set(phone.numbers)


@pytest.mark.parametrize("fleet", [
    [(None, [FIRST]), (None, [FIRST, SECOND]), (None, [SECOND])],
    [(None, [SECOND, FIRST]), ("F2LX1234ABCD", [FIRST]), ("F2LX1234ABCD", []), (None, [THIRD, SECOND])],
    [("F2LX1234ABCD", [FIRST, SECOND]), (None, [SECOND]), (None, [THIRD]), ("F2LX1234ABCE", [THIRD, FIRST])],
    [(None, [FIRST, SECOND, THIRD]), (None, [THIRD]), (None, [SECOND]), (None, [FIRST])],
])  # fmt: skip
async def test_a_draft_finds_the_twins_that_a_list_finds(
    chain: Chain, fleet: list[tuple[str | None, list[str]]]
) -> None:
    """The database and the reader of files say the same, sentence by sentence."""
    judge = Judge(date(2026, 12, 1))
    expected = [judge.judge(n, _phone(*one)) for n, one in enumerate(fleet, 1)]
    lines: list[dict[str, Any]] = [
        {**PHONE, "serial": serial, "imei": " / ".join(imeis) or None} for serial, imeis in fleet
    ]
    draft = await chain.declare(*lines, draft=True)
    sent = await chain.donor.post(f"/api/v1/donations/{draft['id']}/submit")
    assert sent.status_code == 200, sent.text
    found = await lines_of(chain, draft["id"])
    assert [(one["rule"], one["reason"]) for one in found.values()] == [(one.rule, one.reason) for one in expected]


async def test_telephones_of_which_each_is_the_next_ones_twin_are_found_at_once(
    chain: Chain, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever chains ten thousand of them keeps nobody waiting."""
    told = statements(monkeypatch)
    imeis = [normalise_imei(f"35686800{n:06d}") for n in range(41)]
    draft = await chain.declare(*({**PHONE, "imei": one, "imei2": other} for one, other in pairwise(imeis)), draft=True)
    told.clear()
    sent = await chain.donor.post(f"/api/v1/donations/{draft['id']}/submit")
    assert sent.status_code == 200, sent.text
    found = list((await lines_of(chain, draft["id"])).values())
    assert [one["verdict"] for one in found] == ["accepted", "refused"] * 20
    assert found[-1]["reason"] == "En double : même IMEI que la ligne 39."
    assert len([query for query in told if "UPDATE donation_line" in query]) <= 3, "of a number, of a tag, of before"


async def test_a_file_without_the_column_leaves_the_other_imeis_as_they_are(chain: Chain) -> None:
    """The file of faulty rows of a release that had no such column, and what somebody made of one."""
    content = (
        "Type;Marque;Modèle;Année;Stockage;IMEI;IMEI 2;N° d'inventaire\n"
        f"Smartphone;Apple;iPhone 4;2005;64;{FIRST};{SECOND};INV-0001\n"
    )
    draft = await drafted(chain, content)
    browser = await chain.client.login("camille")
    download = (await browser.get(f"/dons/{draft['donation_id']}/a-revoir.csv")).text.lstrip("\ufeff")
    header, row = (line.split(";") for line in download.splitlines())
    for gone in ("Autres IMEI", "N° d'inventaire"):
        place = header.index(gone)
        del header[place], row[place]
    older = "\n".join(";".join(one) for one in (header, row))
    same = await drafted(chain, older, donation_id=draft["donation_id"])
    assert (same["changed"], same["added"]) == (0, 0)
    done = await drafted(chain, older.replace("2005", "2022"), donation_id=draft["donation_id"])
    assert (done["changed"], done["added"], done["accepted"]) == (1, 0, 1)
    (line,) = (await lines_of(chain, draft["donation_id"])).values()
    assert (line["serial"], line["imeis"], line["asset_tag"], line["year"]) == (FIRST, [SECOND], "INV-0001", 2022)


async def test_a_column_that_is_there_and_empty_empties(chain: Chain) -> None:
    draft = await drafted(chain, _file(**{"IMEI": FIRST, "IMEI 2": SECOND}))
    await drafted(chain, _file(**{"IMEI": FIRST, "IMEI 2": ""}), donation_id=draft["donation_id"])
    (line,) = (await lines_of(chain, draft["donation_id"])).values()
    assert (line["serial"], line["imeis"]) == (FIRST, [])


async def test_a_list_without_years_does_not_take_them_away_and_is_judged_with_them(chain: Chain) -> None:
    """What the rules look at and the list does not have counts as it stands in the draft."""
    listed = "Type;Marque;Modèle;N° de série;Année\nPC portable;HP;EliteBook 840;5CG8472QX1;{year}\n"
    draft = await drafted(chain, listed.format(year=2021))
    bare = "Marque;Modèle;N° de série;N° d'inventaire\nHP;EliteBook 850;5CG8472QX1;INV-0002\n"
    done = await drafted(chain, bare, donation_id=draft["donation_id"])
    assert (done["changed"], done["added"], done["accepted"]) == (1, 0, 1)
    (line,) = (await lines_of(chain, draft["donation_id"])).values()
    assert (line["category"], line["year"], line["model"]) == ("laptop", 2021, "EliteBook 850")
    assert line["asset_tag"] == "INV-0002"
