"""Codes of top-ups as they are kept: brought by files, sealed by keys, in clear nowhere."""

import pytest
from distribute.topups.errors import CodeDoesNotOpen, KeyIsMissing, NoKeyForCodes
from distribute.topups.keys import vault_of
from distribute.topups.resealing import SameCodeTwice, reseal
from distribute.topups.schemas import code_number
from distribute.topups.vault import DoesNotOpen, NoKeys, Vault
from filiere.identifiers import uuid7
from filiere.testing.events import published
from filiere.testing.sql import rows

from .conftest import World
from .topping_up import CODES, csrf_token, offer, sale, stocked, take_in


async def test_what_is_wrong_in_a_file_is_told_line_by_line_and_the_rest_is_taken_in(world: World) -> None:
    offer_id = (await offer(world))["id"]
    lines = ["code;expiration", "12345678901234;31/12/2030", "ab", "12345678901234;", "55556666;99/99/2030"]
    text = "\n".join([*lines, "77778888;2020-01-01", "", "99990000;"])
    page = await take_in(world, offer_id, text)
    assert "2 codes importés." in page
    page = page.replace("\N{NO-BREAK SPACE}", " ")
    for line in ("Ligne 3", "Ligne 4", "Ligne 5", "Ligne 6"):
        assert line in page
    assert "déjà à la ligne 2" in page
    assert "12345678901234" not in page
    again = await take_in(world, offer_id, "12345678901234\n11112222")
    assert "1 code importé." in again
    assert "Ce code est déjà connu." in again
    told, _ = await published(world.database, "topup-codes-imported")
    assert told.data["codes"] == 2


async def test_nobody_pays_for_a_code_that_no_key_opens(world: World) -> None:
    relais, offer_id = await stocked(world, 1)
    await world.rows("UPDATE topup_code SET key_id = 'another' RETURNING id")
    refused = await world.call(relais["client"], "/topups/sales", sale(offer_id), status=409)
    assert refused["title"] == CodeDoesNotOpen.title
    assert await world.rows("SELECT id FROM topup_sale") == []
    page = (await take_in(world, offer_id, CODES[0])).replace("&#39;", "'").replace("\N{NO-BREAK SPACE}", " ")
    assert KeyIsMissing.title in page
    assert len(await world.rows("SELECT id FROM topup_code")) == 1, "what it says cannot be compared with"


async def test_the_titles_of_a_file_are_no_codes_and_codes_go_before_serials(world: World) -> None:
    offer_id = (await offer(world))["id"]
    page = await take_in(
        world, offer_id, "ICCID;Code;Fin de validité\n8933010000000000001;12345678;2020-01-01\n2;87654321;"
    )
    assert "1 code importé." in page
    odd = await take_in(world, offer_id, "Voucher\n11223344")
    assert "1 code importé." in odd
    words = await take_in(world, offer_id, "Recharge 2 Go;Péremption\n9999 8888;2020-01-01\n99997777;")
    assert "1 code importé." in words
    assert len(await world.rows("SELECT id FROM topup_code")) == 3
    long = await take_in(world, offer_id, "55667788", name="x" * 61)
    assert "1 code importé." not in long


async def test_no_code_is_anywhere_in_clear(world: World, caplog: pytest.LogCaptureFixture) -> None:
    relais, offer_id = await stocked(world, 3)
    gone = await world.call(relais["client"], "/topups/sales", sale(offer_id), status=201)
    browser = await world.client.login(relais["subject"])
    page = (await browser.get(f"/recharges/remises/{gone['id']}")).text
    assert (
        CODES[0]
        in (await browser.post(f"/recharges/remises/{gone['id']}/code", data={"csrf_token": csrf_token(page)})).text
    )
    await world.call(
        relais["client"], f"/topups/sales/{gone['id']}/undo", {"reason": "changed_mind", "unused": "still_here"}
    )
    tables = [
        row[0] for row in await rows(world.database, "SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
    ]
    everything = ""
    for table in tables:
        everything += "".join(str(row) for row in await rows(world.database, f'SELECT t::text FROM "{table}" t'))
    everything += caplog.text
    assert "topup-handed-over" in everything
    for code in CODES[:3]:
        assert code not in everything
        assert code.encode().hex() not in everything


async def test_another_key_seals_and_what_is_known_stays_known(world: World) -> None:
    await stocked(world, 3)
    old, new = "a-key-for-tests-only-" * 2, "another-key-for-tests-" * 2
    both = Vault([new, old])
    assert both.fingerprints(CODES[0])[1] in await all_fingerprints(world)
    assert await reseal(world.database, both) == 3
    assert await reseal(world.database, both) == 0
    ((code_id, key_id, secret),) = await rows(
        world.database, "SELECT id, key_id, secret FROM topup_code ORDER BY number LIMIT 1"
    )
    assert Vault([new]).open(code_id, key_id, secret) == CODES[0]
    with pytest.raises(DoesNotOpen):
        Vault([old]).open(code_id, key_id, secret)
    with pytest.raises(DoesNotOpen):  # bound to its row
        both.open(uuid7(), key_id, secret)
    with pytest.raises(NoKeys):
        Vault(["short"])


async def test_two_copies_under_two_older_keys_are_named_and_nothing_is_sealed_beside_the_other(world: World) -> None:
    await stocked(world, 3)
    first, second, newest = "a-key-for-tests-only-" * 2, "another-key-for-tests-" * 2, "the-newest-key-of-all-" * 2
    found = await rows(world.database, "SELECT id FROM topup_code ORDER BY number")
    copy = Vault([second]).seal(found[1][0], CODES[0])
    async with world.database.unit_of_work() as session:
        await (await session.driver()).execute(
            "UPDATE topup_code SET key_id = $2, secret = $3, fingerprint = $4 WHERE id = $1",
            *(found[1][0], copy.key_id, copy.secret, copy.fingerprint),
        )
    numbers = await rows(world.database, "SELECT number FROM topup_code ORDER BY number LIMIT 2")
    with pytest.raises(SameCodeTwice) as told:
        await reseal(world.database, Vault([newest, second, first]))
    assert str(told.value) == ", ".join(code_number(row[0]) for row in numbers)
    assert copy.fingerprint in await all_fingerprints(world), "it is as it was"


async def all_fingerprints(world: World) -> list[bytes]:
    return [row[0] for row in await rows(world.database, "SELECT fingerprint FROM topup_code")]


async def test_a_tool_brings_codes_too_and_is_told_no_code(world: World) -> None:
    offer_id = (await offer(world))["id"]
    brought = {"file": ("codes.csv", "\n".join([*CODES[:3], "ab", CODES[0]]).encode(), "text/csv")}
    answer = await world.coordinator.post(f"/api/v1/topups/offers/{offer_id}/codes", files=brought)
    assert answer.status_code == 201, answer.text
    assert answer.json()["imported"] == 3
    assert [one["line"] for one in answer.json()["wrong"]] == [4, 5]
    assert CODES[0] not in answer.text
    settings = world.client.settings
    with pytest.raises(NoKeyForCodes):
        vault_of(settings.model_copy(update={"topup_keys": None}))  # type: ignore[arg-type]
