"""Two rows that contradict each other: merging asks first, is told why, and keeps both in the journal."""

from dataclasses import replace
from typing import Any
from uuid import UUID

from filiere.calendar import now
from filiere.database import Database
from filiere.identifiers import uuid7
from filiere.inventories.facts import HardwareFacts
from filiere.journal import JournalRepository
from filiere.testing.events import published
from refurbish.aliases.kinds import AliasKind
from refurbish.aliases.repository import Alias
from refurbish.merges.differences import Row, What, differences

from ..audits.shapes import device, plain
from ..conftest import World, token_of

ELITEBOOK = {"manufacturer": "HP", "model": "EliteBook 840 G5"}
# What lshw says of a machine without a disk.
BARE = {"id": "pc", "class": "system", "vendor": "HP", "product": "EliteBook 840 G5"}


def row(*numbers: tuple[AliasKind, str], facts: HardwareFacts | None = None, **said: Any) -> Row:
    aliases = [Alias(uuid7(), kind, value, "Ada", now()) for kind, value in numbers]
    return Row(replace(device(), **{**ELITEBOOK, **said}), aliases, facts or HardwareFacts(source="none"))


def apart(one: Row, other: Row) -> set[What]:
    return {found.what for found in differences(one, other)}


def test_two_serials_are_asked_about_and_one_that_is_missing_is_not() -> None:
    assert apart(row(serial="5CG8411ABC"), row(serial="5CG8411XYZ")) == {What.SERIAL}
    assert apart(row(serial="5CG8411ABC"), row(serial=" 5cg8411abc ")) == set()
    assert apart(row(serial="5CG8411ABC"), row(serial=None)) == set()
    # A number of the firmware that names nothing contradicts nothing.
    assert apart(row(serial="5CG8411ABC"), row(serial="To be filled by O.E.M.")) == set()


def test_another_number_that_both_know_is_one_machine() -> None:
    board = (AliasKind.SERIAL, "5CG8411XYZ")
    assert apart(row(board, serial="5CG8411ABC"), row(serial="5CG8411XYZ")) == set()
    read = HardwareFacts(source="lshw", serial="5CG8411XYZ")
    assert apart(row(facts=read, serial="5CG8411ABC"), row(serial="5CG8411XYZ")) == set()


def test_a_phone_has_two_imeis_of_which_one_in_common_is_enough() -> None:
    first, second, third = (
        (AliasKind.IMEI, imei) for imei in ("490154203237518", "356938035643809", "352099001761481")
    )
    assert apart(row(first, second, serial=None), row(second, serial=None)) == set()
    assert apart(row(first, serial=None), row(third, serial=None)) == {What.IMEI}
    # Its serial and its IMEI are numbers of two kinds.
    assert apart(row(serial="490154203237518"), row(serial="R58M123ABC")) == set()


def test_audits_of_two_machines_and_another_kind_are_asked_about() -> None:
    one = HardwareFacts(source="lshw", serial="5CG8411ABC", manufacturer="HP", model="EliteBook 840 G5")
    other = HardwareFacts(source="lshw", serial="PF0ABCDE", manufacturer="Lenovo", model="ThinkPad T480")
    assert {What.AUDITED_SERIAL, What.AUDITED_MODEL} <= apart(
        row(facts=one, serial=None), row(facts=other, serial=None)
    )
    assert apart(row(serial=None), row(serial=None, manufacturer="Dell", model="Latitude 5490")) == {What.MODEL}


async def two(world: World) -> tuple[str, str, str, str]:
    """Two rows with two serials, both here."""
    one, other = world.device(serial="5CG8411ABC"), world.device(serial="5CG8411XYZ")
    lot = await world.expects(one, other)
    await world.post(f"/lots/{lot}/arrive", {"labels": [one["label"], other["label"]]})
    return one["device_id"], one["label"], other["device_id"], other["label"]


async def test_the_api_refuses_until_it_is_told_why(world: World, database: Database) -> None:
    kept, _, other, label = await two(world)
    refused = await world.post(f"/devices/{kept}/merge", {"other": label}, status=409)
    assert refused["type"].endswith("seem-two")
    [told] = refused["differences"]
    assert (told["what"], told["kept"], told["other"]) == ("serial", "5CG8411ABC", "5CG8411XYZ")
    assert await world.stage(other) == "arrived"
    assert await published(database, "device-withdrawn") == []
    await world.post(f"/devices/{kept}/merge", {"other": label, "despite": "because"}, status=422)

    for _ in range(2):  # said twice, and without the answer the second time, it is one
        await world.post(f"/devices/{kept}/merge", {"other": label, "despite": "board"})
    await world.post(f"/devices/{kept}/merge", {"other": label})
    async with database.read() as session:
        journal = JournalRepository.from_session(session)
        for device in (kept, other):
            [entry, *_] = await journal.of("device", UUID(device), 5)
            assert entry.details["despite"] == "board"
            assert entry.details["differences"] == [["serial", "5CG8411ABC", "5CG8411XYZ"]]


async def test_the_page_shows_both_and_wants_a_tick_and_a_reason(world: World) -> None:
    kept, own, other, label = await two(world)
    ada = await world.browser()
    page = f"/equipements/{kept}/meme-machine"
    token = token_of(await ada.get(page))
    asked = await ada.post(page, data={"csrf_token": token, "other": label})
    assert asked.status_code == 422
    for text in ("5CG8411ABC", "5CG8411XYZ", f"Tu gardes {own}", f"Tu retires {label}", 'name="compared"'):
        assert text in plain(asked.text)
    assert "Coche quand" not in asked.text  # a question is no mistake

    unticked = {"csrf_token": token, "other": label, "asked": "yes", "reason": "misread"}
    assert "Coche quand" in (await ada.post(page, data=unticked)).text
    unsaid = {"csrf_token": token, "other": label, "asked": "yes", "compared": "true"}
    assert "Dis pourquoi" in (await ada.post(page, data=unsaid)).text
    assert await world.stage(other) == "arrived"

    # The other one may be the one to keep.
    turned = await ada.get(f"/equipements/{other}/meme-machine", params={"autre": own})
    assert f"Tu gardes {label}" in plain(turned.text)

    done = await ada.post(page, data={**unticked, "compared": "true"}, follow_redirects=True)
    assert "une seule machine" in done.text
    assert "5CG8411ABC ≠ 5CG8411XYZ" in done.text
    assert await world.stage(other) == "withdrawn"


async def test_it_is_asked_in_english_too(world: World) -> None:
    kept, _, _, label = await two(world)
    ada = await world.browser()
    page = f"/equipements/{kept}/meme-machine"
    token = token_of(await ada.get(page))
    asked = await ada.post(page, data={"csrf_token": token, "other": label}, headers={"accept-language": "en"})
    assert "seem to be two machines" in asked.text
    assert "You keep" in asked.text


def test_what_two_machines_say_themselves_no_reason_explains() -> None:
    def told(*numbers: tuple[AliasKind, str], **facts: Any) -> Row:
        return row(*numbers, serial=None, facts=HardwareFacts(source="lshw", **facts))

    def by_machines(one: Row, other: Row) -> set[What]:
        return {found.what for found in differences(one, other) if found.by_machines}

    assert by_machines(told(serial="5CG8411ABC"), told(serial="5CG8411XYZ")) == {What.AUDITED_SERIAL}
    # A board that was changed: one of them is known by the number that the other's audit read.
    board = (AliasKind.SERIAL, "5CG8411XYZ")
    changed = told(board, serial="5CG8411ABC")
    assert by_machines(changed, told(serial="5CG8411XYZ")) == set()
    assert What.AUDITED_SERIAL in apart(changed, told(serial="5CG8411XYZ")), "it is asked about all the same"
    two = told(manufacturer="HP", model="EliteBook 840 G5"), told(manufacturer="Dell", model="Latitude 5490")
    assert by_machines(*two) == {What.AUDITED_MODEL}
    # What was declared may be declared wrongly.
    assert by_machines(row(serial="5CG8411ABC"), row(serial="5CG8411XYZ")) == set()


async def test_audits_of_two_machines_are_merged_by_nobody_until_the_wrong_one_is_taken_back(
    world: World, database: Database
) -> None:
    kept, own, other, label = await two(world)
    for one, serial in ((kept, "5CG8411ABC"), (other, "5CG8411XYZ")):
        await world.post(f"/devices/{one}/audits", {**BARE, "serial": serial})
    refused = await world.post(f"/devices/{kept}/merge", {"other": label, "despite": "other"}, status=409)
    assert refused["type"].endswith("are-two")
    assert [one["what"] for one in refused["differences"]] == ["audited_serial"]
    assert await published(database, "device-withdrawn") == []

    ada = await world.browser()
    page = f"/equipements/{kept}/meme-machine"
    token = token_of(await ada.get(page))
    said = {"csrf_token": token, "other": label, "asked": "yes", "compared": "true", "reason": "board"}
    answer = await ada.post(page, data=said)
    shown = plain(answer.text)
    assert (answer.status_code, "elles ne se fusionnent pas" in shown) == (422, True)
    assert 'name="compared"' not in shown, "there is nothing to tick"
    assert f"Audits de {own}" in shown
    assert f"Audits de {label}" in shown
    assert await world.stage(other) == "arrived"

    [audit] = await world.get(f"/devices/{other}/audits")
    await world.post(f"/devices/{other}/audits/{audit['id']}/withdraw", {"reason": "other_machine"})
    asked = await world.post(f"/devices/{kept}/merge", {"other": label}, status=409)
    assert asked["type"].endswith("seem-two")
    await world.post(f"/devices/{kept}/merge", {"other": label, "despite": "misread"})
    assert await world.stage(other) == "withdrawn"
