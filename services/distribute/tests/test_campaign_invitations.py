"""Structures are invited to a campaign in bulk: what a list says, what is sent, who answered."""

from datetime import UTC, datetime, time, timedelta
from typing import Any

from distribute.campaign_invitations.reading import read
from distribute.campaign_invitations.service import forget
from filiere.calendar import clock_at, today
from hypothesis import given
from hypothesis import strategies as st

from .applying import Applicant
from .campaigning import opened
from .conftest import World
from .test_campaign_links import link_of
from .test_pages import hidden, submit, words

LIST = """structure;courriel
CCAS de Florac;nadia@ccas.example
"Maison, du Pont" <pont@asso.example>
ecole@asso.example, École
NADIA@ccas.example
sans adresse
perdu@
"""


def test_a_list_is_read_as_people_write_it() -> None:
    asked, wrong = read(LIST)
    assert [tuple(one) for one in asked] == [
        ("nadia@ccas.example", "CCAS de Florac"),
        ("pont@asso.example", "Maison, du Pont"),
        ("ecole@asso.example", "École"),
    ]
    assert [(one.number, one.text) for one in wrong] == [(6, "sans adresse"), (7, "perdu@")]


@given(st.text(max_size=300))
def test_whatever_is_pasted_each_line_is_an_address_or_told(text: str) -> None:
    asked, wrong = read(text)
    assert len({one.address for one in asked}) == len(asked)
    assert all("@" in one.address for one in asked)
    assert len(asked) + len(wrong) <= len(text.split("\n")) + text.count("\r")


async def invite(world: World, made: Any, addresses: str = LIST) -> Any:
    """As the coordination does it: read first, then sent."""
    camille = await world.client.login("camille")
    here = f"/campagnes/{made['id']}/invitations"
    shown = await submit(camille, here, addresses=addresses)
    assert shown.status_code == 200
    return camille, here, shown


async def letters(world: World, kind: str) -> set[str]:
    rows = await world.rows(
        f"SELECT r.address FROM mail m JOIN mail_reader r ON r.id = m.reader_id WHERE m.kind = '{kind}'"
    )
    return {row["address"] for row in rows}


async def test_a_list_too_long_is_refused_whole_for_its_last_address_would_be_cut(world: World) -> None:
    made = await opened(world)
    camille = await world.client.login("camille")
    here = f"/campagnes/{made['id']}/invitations"
    shown = await submit(camille, here, addresses="asso@exemple.example;" + "x" * 200_000)
    assert shown.status_code == 422
    assert "200 ko" in words(shown) or "200000" in words(shown).replace(" ", "")


async def test_nothing_leaves_before_the_list_was_read_again_and_each_is_written_to_once(world: World) -> None:
    made = await opened(world)
    camille, here, shown = await invite(world, made)
    said = words(shown)
    assert "3 invitations à envoyer" in said
    assert "2 lignes ne sont pas prises" in said
    assert "sans adresse" in said
    assert await letters(world, "campaign-invitation") == set()
    sent = await submit(camille, here, addresses=LIST, send="true")
    assert "3 invitations partent" in words(sent)
    assert await letters(world, "campaign-invitation") == {
        "nadia@ccas.example", "pont@asso.example", "ecole@asso.example",
    }  # fmt: skip
    again = await submit(camille, here, addresses=LIST, send="true")
    assert "rien ne part" in words(again)
    assert len(await world.rows("SELECT 1 FROM mail WHERE kind = 'campaign-invitation'")) == 3
    (page,) = await world.rows("SELECT DISTINCT page FROM mail WHERE kind = 'campaign-invitation'")
    assert page["page"] == f"/campagne/{made['id']}"


async def test_who_answered_is_seen_and_the_others_are_reminded_three_days_later(world: World) -> None:
    relais = await world.relais()
    await world.rows("UPDATE person SET address = subject || '@relais.example' WHERE subject LIKE 'person-%'")
    mine = f"{relais['subject']}@relais.example".lower()
    made = await opened(world)
    camille, here, _ = await invite(world, made)
    await submit(camille, here, addresses=f"{LIST}\n{mine}", send="true")
    await world.call(relais["client"], f"/campaigns/{made['id']}/join", {"relais_id": relais["id"]})
    applicant = Applicant(world)
    await applicant.begin(campaign=(await link_of(world, made)).split("/")[-1])
    said = words(await camille.get(here))
    assert "1 structure participe · 1 a candidaté · 2 sans réponse" in said
    assert "4 invitations" in said
    assert words(await camille.get(f"{here}?reponse=joined")).count(mine) == 1
    sheet = (await camille.get(f"{here}.csv?reponse=waiting")).text
    assert sheet.count("asso.example") == 2
    assert "moins de trois jours" in words(await submit(camille, here, f"{here}/rappeler"))
    with clock_at(datetime.combine(today() + timedelta(days=4), time(10), UTC)):
        late = await world.client.login("camille")
        assert "2 rappels partent" in words(await submit(late, here, f"{here}/rappeler"))
    assert await letters(world, "campaign-reminder") == {"pont@asso.example", "ecole@asso.example"}


async def test_an_invitation_is_taken_back_and_may_be_made_again(world: World) -> None:
    made = await opened(world)
    camille, here, _ = await invite(world, made)
    await submit(camille, here, addresses="pont@asso.example", send="true")
    (row,) = await world.rows("SELECT id FROM campaign_invitation")
    gone = await submit(camille, here, f"{here}/{row['id']}/annuler")
    assert "n'est plus relancée" in words(gone)
    assert "déjà annulée" in words(await submit(camille, here, f"{here}/{row['id']}/annuler"))
    assert "1 invitation part" in words(await submit(camille, here, addresses="pont@asso.example", send="true"))


async def test_addresses_are_forgotten_ninety_days_after_the_end(world: World) -> None:
    made = await opened(world)
    camille, here, _ = await invite(world, made)
    await submit(camille, here, addresses=LIST, send="true")
    await world.call(world.coordinator, f"/campaigns/{made['id']}/close", {"reason": "Objectif atteint"})
    assert await forget(world.database) == 0
    refused = await submit(camille, f"/campagnes/{made['id']}", here, addresses="a@b.example", send="true")
    assert refused.status_code == 422
    with clock_at(datetime.combine(today() + timedelta(days=91), time(10), UTC)):
        assert await forget(world.database) == 3


async def test_a_file_of_any_office_program_is_read(world: World) -> None:
    made = await opened(world)
    camille = await world.client.login("camille")
    here = f"/campagnes/{made['id']}/invitations"
    token = hidden((await camille.get(here)).text)
    content = "Nom;Adresse\r\nÉpicerie;epicerie@asso.example\r\n".encode("cp1252")
    shown = await camille.post(here, data={"csrf_token": token}, files={"file": ("liste.csv", content, "text/csv")})
    assert "1 invitation à envoyer" in words(shown)
    assert "Épicerie;epicerie@asso.example" in shown.text
