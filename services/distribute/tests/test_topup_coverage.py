"""Where an operator hardly works, as the network's file of coverage says."""

from pathlib import Path

import pytest
from distribute.topups.coverage import NotACoverageFile, read
from filiere.calendar import today

from .conftest import World
from .topping_up import office, stocked


@pytest.mark.parametrize("content", [None, b"operator;place\n", b"\xff\xfe\x00"])
async def test_a_file_of_coverage_that_is_not_read_stops_no_sale_and_the_coordination_is_told(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: bytes | None
) -> None:
    relais, offer_id = await stocked(world, 1)
    file = tmp_path / "coverage.csv"
    if content is not None:
        file.write_bytes(content)
    held = world.client.app.state.filiere
    monkeypatch.setattr(held, "settings", held.settings.model_copy(update={"topup_coverage_file": file}))
    browser = await world.client.login(relais["subject"])
    for address in ("/recharges", f"/recharges/vendre/{offer_id}"):
        assert (await browser.get(address)).status_code == 200
    for address in ("/reseau-recharges", f"/reseau-recharges/{offer_id}"):
        assert "TOPUP_COVERAGE_FILE" in (await (await office(world)).get(address)).text


async def test_where_an_operator_hardly_works_the_relais_reads_it_before_it_hands_over(world: World) -> None:
    relais, other = await world.relais(), await world.relais("À Lyon", postcode="69001")
    price = {"cents": 300, "valid_from": today().isoformat(), "source": "Convention de 2026"}
    made = {**price, "operator": "sfr", "kind": "data", "name": "1 Go", "how_to": "Tapez le code."}
    offer_id = (await world.call(world.coordinator, "/topups/offers", made, status=201))["id"]
    page = f"/recharges/vendre/{offer_id}"
    assert "à peine en Lozère" in (await (await world.client.login(relais["subject"])).get(page)).text
    assert "à peine en Lozère" not in (await (await world.client.login(other["subject"])).get(page)).text


def test_a_file_of_coverage_says_which_line_is_wrong_and_a_commune_counts_first() -> None:
    head = "operator;place;says;source\n"
    known = read(f"{head}SFR;48;Passe mal.;Un Relais\nSFR;48095;Passe bien.;Un Relais\n")
    assert [known.of("sfr", insee, "48") for insee in ("48095", "48001", None)] == [
        ("Passe bien.", "Un Relais"),
        *[("Passe mal.", "Un Relais")] * 2,
    ]
    assert known.of("SFR", "69381", "69") is None
    for wrong in ("", "operator;place\n", f"{head}SFR;Lozère;Passe mal.;x\n", f"{head}SFR;48;Passe mal.\n"):
        with pytest.raises(NotACoverageFile):
            read(wrong)
