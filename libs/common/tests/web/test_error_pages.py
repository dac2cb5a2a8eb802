"""Pages of errors keep the menu of whoever is logged in, and say what to do next."""

import re
from typing import Any

import pytest
from filiere.testing.client import ServiceClient


async def menu_of(page: str) -> list[str]:
    nav = page.partition("<nav")[2].partition("</nav>")[0]
    return [name for name in ("Étagère", "Galerie", "Déclarer") if f">{name}</a>" in nav]


@pytest.mark.parametrize("address", ["/nulle-part", "/shelf/INCONNU", "/shelf/INCONNU/encore/plus-loin"])
async def test_what_is_not_there_keeps_the_menu(shelf: ServiceClient, address: str) -> None:
    lea = await shelf.login("lea")
    answer = await lea.get(address)
    assert answer.status_code == 404
    assert await menu_of(answer.text) == ["Étagère", "Galerie", "Déclarer"]
    assert "Que faire" in answer.text
    assert "Mon compte" in answer.text
    assert "Se connecter" not in answer.text


async def test_what_one_may_not_do_keeps_the_menu_of_what_one_may(shelf: ServiceClient) -> None:
    answer = await (await shelf.login("nobody")).get("/shelf")
    assert answer.status_code == 403
    assert await menu_of(answer.text) == ["Galerie", "Déclarer"]
    assert "Demandez-le à la coordination" in answer.text


async def test_a_form_sent_to_nowhere_keeps_the_menu_too(shelf: ServiceClient) -> None:
    lea = await shelf.login("lea")
    answer = await lea.post("/nulle-part", data={"a": "b"})
    assert answer.status_code in (403, 404, 422)
    assert await menu_of(answer.text) == ["Étagère", "Galerie", "Déclarer"]


async def test_a_stranger_sees_no_menu_of_others_and_may_log_in(shelf: ServiceClient) -> None:
    answer = await shelf.anonymous().get("/nulle-part")
    assert answer.status_code == 404
    assert "Étagère" not in answer.text
    assert "Se connecter" in answer.text


async def test_what_cannot_be_found_out_about_the_caller_hides_nothing(shelf: ServiceClient, monkeypatch: Any) -> None:
    lea = await shelf.login("lea")

    async def broken(*_: object, **__: object) -> None:
        raise OSError("the database is away")

    monkeypatch.setattr("filiere.web.memberships.Memberships.admit", broken)
    answer = await lea.get("/nulle-part")
    assert answer.status_code == 404
    assert "Que faire" in answer.text


async def test_what_is_not_possible_now_keeps_the_menu_and_leads_to_where_it_stands(shelf: ServiceClient) -> None:
    lea = await shelf.login("lea")
    token = re.search(r'name="csrf_token" value="([^"]+)"', (await lea.get("/shelf")).text)
    assert token is not None
    answer = await lea.post("/shelf/FIL-1/again", data={"csrf_token": token[1]})
    assert answer.status_code == 409
    assert await menu_of(answer.text) == ["Étagère", "Galerie", "Déclarer"]
    assert 'href="/shelf/FIL-1"' in answer.text
