"""A lot shared out over several workshops: proposed, explained, changed by the coordination, sent as lots."""

import re
from typing import Any

from collect.workshops.splitting import SplitProposal, propose
from filiere.testing.events import published
from hypothesis import given
from hypothesis import strategies as st

from .chain import Chain, laptop
from .test_pages import press
from .test_workshop_choice import GAP, LENS, workshop

LILLE = workshop(6, "Lille", "59000", laptop=40, monitor=40)
PRINTERS = workshop(7, "Imprimantes", "62000", printer=20)


def shares(found: SplitProposal) -> dict[str, dict[str, int]]:
    return {part.name: part.devices for part in found.parts}


def test_a_lot_that_one_workshop_takes_soon_is_not_shared() -> None:
    found = propose([LENS, LILLE, GAP], {}, {"laptop": 30}, "59100")
    assert not found.is_split
    assert list(shares(found)) == ["Lille"]


def test_what_one_does_not_treat_goes_to_another() -> None:
    found = propose([LENS, PRINTERS], {}, {"laptop": 30, "printer": 4}, "59100")
    assert shares(found) == {"Lens": {"laptop": 30}, "Imprimantes": {"printer": 4}}
    assert "ne traiterait pas tout" in found.reason


def test_a_lot_too_large_for_one_is_shared_by_free_capacity() -> None:
    found = propose([LENS, LILLE], {(LENS.workshop_id, "laptop"): 80}, {"laptop": 400}, "59100")
    assert found.is_split
    assert shares(found)["Lille"]["laptop"] > shares(found)["Lens"]["laptop"] > 100
    assert "semaines" in found.reason


def test_what_nobody_treats_stays_in_the_lot_and_is_said() -> None:
    found = propose([LENS], {}, {"laptop": 3, "printer": 2}, "59100")
    assert (shares(found), found.left) == ({"Lens": {"laptop": 3}}, {"printer": 2})
    assert "Aucun atelier ne traite 2 imprimantes" in found.reason.replace("\u00a0", " ")
    assert propose([], {}, {"laptop": 3}, "59100").parts == []


CATEGORIES = ("laptop", "monitor", "printer")
WORKSHOPS = st.lists(
    st.builds(
        lambda number, postcode, capacity: workshop(number, f"A{number}", postcode, **capacity),
        st.integers(1, 10**6),
        st.sampled_from(["59000", "62300", "05000", "98000"]),
        st.dictionaries(st.sampled_from(CATEGORIES), st.integers(0, 60)),
    ),
    max_size=6,
    unique_by=lambda one: one.workshop_id,
)


@given(WORKSHOPS, st.dictionaries(st.sampled_from(CATEGORIES), st.integers(1, 500), min_size=1), st.integers(0, 200))
def test_every_device_goes_to_one_able_workshop_or_stays(known: list[Any], lot: dict[str, int], ahead: int) -> None:
    at_work = {(one.workshop_id, name): ahead for one in known[:1] for name in CATEGORIES}
    found = propose(known, at_work, lot, "59100")
    able = {one.name: one for one in known}
    for name, count in lot.items():
        taken = sum(part.devices.get(name, 0) for part in found.parts)
        assert taken + found.left.get(name, 0) == count
    for part in found.parts:
        assert all(able[part.name].capacity[name] > 0 and count > 0 for name, count in part.devices.items())


async def sealed(chain: Chain) -> tuple[dict[str, Any], str]:
    donation = await chain.declare({**laptop(), "quantity": 6}, {"category": "monitor", "quantity": 4})
    await chain.do(f"/donations/{donation['id']}/accept")
    return donation, (await chain.do(f"/donations/{donation['id']}/collect"))["lots"][0]


async def split(chain: Chain, lot: str, parts: list[dict[str, Any]], *, status: int = 200, **more: Any) -> Any:
    answer = await chain.coordinator.post(f"/api/v1/lots/{lot}/split", json={"parts": parts, **more})
    assert answer.status_code == status, answer.text
    return answer.json()


async def test_a_lot_leaves_in_parts_each_with_its_manifest(chain: Chain) -> None:
    other = await chain.know_workshop("Atelier de Gap", "05000", laptop=10, monitor=10)
    donation, lot = await sealed(chain)
    parts = [
        {"workshop_id": chain.workshop_id, "devices": {"laptop": 4, "monitor": 4}},
        {"workshop_id": other, "devices": {"laptop": 2}},
    ]
    await split(chain, lot, parts, status=422)  # another than proposed asks for a reason
    sent = await split(chain, lot, parts, override_reason="Gap vient chercher les siens.")
    assert [(one["workshop_id"], one["devices"]) for one in sent] == [(chain.workshop_id, 8), (other, 2)]
    assert sent[0]["id"] == lot
    (taken,) = [one for one in await published(chain.database, "lot-collected") if one.data["split_from"]]
    assert (taken.key, taken.data["devices"], taken.data["split_from"]) == (sent[1]["id"], 2, lot)
    manifests = {one.key: one.data["devices"] for one in await published(chain.database, "lot-manifest")}
    assert [len(manifests[one["id"]]) for one in sent] == [8, 2]
    labels = [device["label"] for some in manifests.values() for device in some]
    assert len(set(labels)) == 10
    lots = (await chain.get(f"/lots?donation_id={donation['id']}"))["items"]
    assert {one["devices"] for one in lots} == {8, 2}
    assert (await chain.get(f"/donations/{donation['id']}"))["thread"]["collected"] == 10
    for one in sent:
        assert (await chain.get(f"/donations/{donation['id']}"))["status"] == "collected"
        await chain.hear("refurbish.lots", "lot-reconciled", one["id"], lot_id=one["id"], missing=[])
    assert (await chain.get(f"/donations/{donation['id']}"))["status"] == "received"


async def test_what_nobody_takes_stays_sealed_under_the_code_of_the_lot(chain: Chain) -> None:
    _, lot = await sealed(chain)
    parts = [{"workshop_id": chain.workshop_id, "devices": {"laptop": 6}}]
    (sent,) = await split(chain, lot, parts, override_reason="Les écrans plus tard.")
    assert sent["id"] != lot
    stays = await chain.get(f"/lots/{lot}")
    assert (stays["status"], stays["devices"], stays["categories"]) == ("sealed", 4, {"monitor": 4})
    too_many = [{"workshop_id": chain.workshop_id, "devices": {"monitor": 5}}]
    assert "5 écrans" in (await split(chain, lot, too_many, status=422))["detail"].replace("\u00a0", " ")
    assert (await chain.do(f"/lots/{lot}/dispatch", {"workshop_id": chain.workshop_id}))["devices"] == 4


async def test_the_page_proposes_the_parts_and_sends_them(chain: Chain) -> None:
    await chain.know_workshop("Atelier des imprimantes", "62000", basic_phone=10)
    donation = await chain.declare(laptop(), {"category": "basic_phone", "quantity": 3})
    await chain.do(f"/donations/{donation['id']}/accept")
    lot = (await chain.do(f"/donations/{donation['id']}/collect"))["lots"][0]
    proposed = (await chain.coordinator.get(f"/api/v1/lots/{lot}/split")).json()
    assert [part["devices"] for part in proposed["parts"]] == [{"basic_phone": 3}, {"laptop": 1}]
    browser = await chain.client.login("nadia")
    seen = (await browser.get(f"/lots/{lot}")).text
    assert "Partager ce lot" in seen
    fields = {
        f"n-{part['workshop_id']}-{name}": str(count)
        for part in proposed["parts"]
        for name, count in part["devices"].items()
    }
    wrong = await press(browser, f"/lots/{lot}", f"/lots/{lot}/partager", dict.fromkeys(fields, "beaucoup"))
    assert wrong.status_code == 422
    assert 'value="beaucoup"' in wrong.text
    done = await press(browser, f"/lots/{lot}", f"/lots/{lot}/partager", fields)
    assert done.url.path == f"/dons/{donation['id']}"
    assert "2 lots sont en route" in done.text.replace("\u00a0", " ")


async def test_a_workshop_is_sent_what_it_does_not_treat_only_with_the_reason_for_that(chain: Chain) -> None:
    other = await chain.know_workshop("Atelier de Gap", "05000", laptop=10)
    _, lot = await sealed(chain)
    parts: list[dict[str, Any]] = [
        {"workshop_id": chain.workshop_id, "devices": {"laptop": 6, "monitor": 2}},
        {"workshop_id": other, "devices": {"monitor": 2}},
    ]
    why: dict[str, Any] = {"override_reason": "Gap vient chercher les siens."}
    refused = await split(chain, lot, parts, status=422, **why)
    assert "Atelier de Gap ne traite pas 2 écrans." in refused["detail"].replace("\u00a0", " ")
    browser = await chain.client.login("nadia")
    seen = (await browser.get(f"/lots/{lot}")).text
    assert seen.count("cet atelier n'en traite pas") == 1  # said before it is sent
    ids = re.findall(r'\bid="([^"]+)"', seen)
    assert len(ids) == len(set(ids))  # two forms ask for the same reasons
    fields = {f"n-{one['workshop_id']}-{name}": str(n) for one in parts for name, n in one["devices"].items()}
    again = await press(browser, f"/lots/{lot}", f"/lots/{lot}/partager", fields | why)
    assert again.status_code == 422
    assert "Atelier de Gap ne traite pas 2 écrans." in again.text.replace("\u00a0", " ")
    assert "Gap vient chercher les siens." in again.text
    sent = await split(chain, lot, parts, **why, untreated_reason="Gap les recycle.")
    kept = [(await chain.coordinator.get(f"/api/v1/lots/{one['id']}")).json()["override_reason"] for one in sent]
    assert kept == [why["override_reason"], f"{why['override_reason']} ; Gap les recycle."]


async def test_a_whole_lot_too_goes_to_who_does_not_treat_it_only_with_a_reason(chain: Chain) -> None:
    donation = await chain.declare(laptop(), {"category": "basic_phone", "quantity": 3})
    await chain.do(f"/donations/{donation['id']}/accept")
    lot = (await chain.do(f"/donations/{donation['id']}/collect"))["lots"][0]
    refused = await chain.do(f"/lots/{lot}/dispatch", {"workshop_id": chain.workshop_id}, status=422)
    said = "Atelier de Lens ne traite pas 3 téléphones"
    assert said in refused["detail"].replace("\u00a0", " ")
    browser = await chain.client.login("nadia")
    assert said in (await browser.get(f"/lots/{lot}")).text.replace("\u00a0", " ")
    done = await press(
        browser,
        f"/lots/{lot}",
        f"/lots/{lot}/envoyer",
        {"workshop_id": chain.workshop_id, "untreated_reason": "Ils les trient."},
    )
    assert "choisi parce que : Ils les trient." in done.text.replace("\u00a0", " ")
