"""Whom to telephone, on both sides: named by each, seen by the two, and kept nowhere else."""

import httpx
import pytest
from distribute.relais.referent import ReferentIn, ReferentOut
from pydantic import ValidationError

from .conftest import World
from .test_pages import submit, words
from .test_signing import sent

NADIA = {"name": "Nadia Ferhat", "phone": "04 66 00 00 01"}
CLAIRE = {"name": "Claire Martin", "phone": "+33 (0)1 44 00 00 02"}


async def put(who: httpx.AsyncClient, address: str, body: dict[str, str], status: int = 200) -> None:
    answer = await who.put(f"/api/v1{address}", json=body)
    assert answer.status_code == status, answer.text


async def test_each_side_names_its_person_and_the_two_sides_alone_see_them(world: World) -> None:
    relais, other = await world.relais(), await world.relais("L'autre", postcode="69001")
    address = f"/relais/{relais['id']}/referents"
    assert await world.read(relais["client"], address) == {"network": None, "relais": None}
    await put(world.coordinator, f"{address}/network", CLAIRE)
    await put(relais["client"], f"{address}/relais", NADIA)
    both = {"network": CLAIRE, "relais": NADIA}
    assert await world.read(relais["client"], address) == both
    assert await world.read(world.coordinator, address) == both
    # Neither names the other's; nobody else reads or names any.
    await put(relais["client"], f"{address}/network", NADIA, 403)
    await put(world.coordinator, f"{address}/relais", CLAIRE, 403)
    await put(other["client"], f"{address}/relais", NADIA, 404)
    assert (await other["client"].get(f"/api/v1{address}")).status_code == 404
    # Who it was is forgotten with the change, the journal's notes included.
    await put(relais["client"], f"{address}/relais", {})
    assert await world.read(relais["client"], address) == {"network": CLAIRE, "relais": None}
    notes = str(await world.rows("SELECT * FROM journal"))
    assert "referent-named" in notes
    assert "Nadia" not in notes
    assert "44 00" not in notes


async def test_the_number_stands_beside_what_there_is_to_do_and_is_dialled_in_one_tap(world: World) -> None:
    relais = await world.relais(signed=False)
    camille, person = await world.client.login("camille"), await world.client.login(relais["subject"])
    page = f"/relais/{relais['id']}"
    assert "pas encore dit" in words(await person.get("/ma-structure"))
    saved = await submit(camille, page, f"{page}/referent", **CLAIRE)
    assert "ce Relais sait qui appeler" in words(saved)
    own = f"/ma-structure/{relais['id']}/referent"
    await submit(person, "/ma-structure", own, **NADIA)
    for shown in (await person.get("/aujourd-hui"), await person.get("/ma-structure")):
        assert '<a href="tel:+33144000002">+33 (0)1 44 00 00 02</a>' in shown.text
    await sent(world, relais)
    for shown in (await camille.get(page), await camille.get("/conventions")):
        assert '<a href="tel:0466000001">04 66 00 00 01</a>' in shown.text
    wrong = await submit(
        person, "/ma-structure", f"/ma-structure/{relais['id']}/referent", name="Sans numéro", phone=""
    )
    assert wrong.status_code == 422
    assert "Écrivez le nom et le téléphone" in words(wrong)
    assert 'value="Sans numéro"' in wrong.text
    wrong = await submit(camille, page, f"{page}/referent", name="Claire", phone="poste 12")
    assert wrong.status_code == 422
    assert 'value="poste 12"' in wrong.text


@pytest.mark.parametrize("phone", ["", "12", "nadia@ccas.example", "0466 00 00 00 00 00 00 00 00", "04;66", "+"])
def test_what_no_telephone_dials_is_refused(phone: str) -> None:
    with pytest.raises(ValidationError):
        ReferentIn(name="Nadia", phone=phone)


def test_a_number_is_dialled_without_what_makes_it_readable() -> None:
    assert ReferentOut(**NADIA).dialled == "0466000001"
    assert ReferentOut(name="x", phone="39 49").dialled == "3949"
