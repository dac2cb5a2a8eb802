"""A word on an order or a parcel is read by others: whom a device is for stays at the Relais."""

import pytest
from distribute.remarks import about_nobody
from hypothesis import given
from hypothesis import strategies as st

from .conftest import World
from .test_pages import submit


@pytest.mark.parametrize(
    "said",
    [
        "Pour Mme Fatoumata Diallo",
        "urgent, c'est pour M. D'Almeida",
        "appelez le 06 12 34 56 78",
        "+33 6.12.34.56.78",
        "0033612345678",
        "awa@example.org",
        "Madame Benali passera",
    ],
)
def test_who_it_is_for_is_not_said(said: str) -> None:
    with pytest.raises(ValueError, match="d'autres lisent") as refused:
        about_nobody(said)
    assert said not in str(refused.value)


@pytest.mark.parametrize(
    "said",
    [
        "Sonnez deux fois, quai nord.",
        "op 3ae4f009870241be90a68a1177e2fcf8",
        "Dossier 2026-114, colis 1Z9990612345678",
        "La mairie a prévenu monsieur le transporteur.",
        "Commande n° 0612, à 14 h 30",
        "",
    ],
)
def test_what_names_nobody_is_kept(said: str) -> None:
    assert about_nobody(said) == said


@given(st.text(max_size=80), st.sampled_from(["06 12 34 56 78", "awa@example.org", "Mme Diallo"]), st.text(max_size=80))
def test_whatever_stands_around_it(before: str, somebody: str, after: str) -> None:
    with pytest.raises(ValueError, match="d'autres lisent"):
        about_nobody(f"{before} {somebody} {after}")


async def test_an_order_that_names_somebody_is_refused_beside_its_field_and_by_the_api(world: World) -> None:
    relais = await world.relais()
    body = {"relais_id": relais["id"], "lines": [{"category": "laptop", "quantity": 1}], "note": "Pour Mme Diallo"}
    refused = await world.call(relais["client"], "/orders", body, status=422)
    assert refused["errors"][0]["field"] == "note"
    browser = await world.client.login(relais["subject"])
    shown = await submit(browser, "/commander", "/commander", **{"q-laptop": "1", "note": "Pour Mme Diallo"})
    assert shown.status_code == 422
    assert 'id="note-error"' in shown.text
    assert "Ne nommez personne ici" in shown.text
    assert "Pour Mme Diallo</textarea>" in shown.text  # what was written is not lost
