"""Documents and links: a number without a gap, bytes with their hash, a code that anybody has confirmed, a page without
an account."""

import asyncio
import hashlib
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import httpx
import pytest
from collect.jobs import HANDLERS
from filiere.calendar import today
from filiere.jobs.running import do_next
from filiere.testing.events import deliver

from .chain import Chain, laptop, register
from .test_pages import press
from .told_stories import STORY, devices_of, told


async def work(chain: Chain) -> None:
    while await do_next(chain.database, HANDLERS, asyncio.Event()):
        pass


async def lived(chain: Chain, *lines: dict[str, Any], steps: int = len(STORY)) -> dict[str, Any]:
    """A donation whose devices have gone so many steps of their story."""
    donation, _ = await chain.sent(*lines)
    devices = await devices_of(chain, donation["id"])
    for step in range(steps):
        await deliver(chain.database, chain.service, [told(device["id"], step) for device in devices])
    return donation


async def issue(chain: Chain, donation_id: str, kind: str = "proof") -> dict[str, Any]:
    """The document that holds after asking for one."""
    path = f"/api/v1/donations/{donation_id}/documents"
    asked = await chain.donor.post(path, json={"kind": kind})
    assert asked.status_code == 202, asked.text
    assert next(one for one in asked.json() if one["kind"] == kind)["state"] == "preparing"
    await work(chain)
    state = next(one for one in await chain.get(f"/donations/{donation_id}/documents") if one["kind"] == kind)
    assert state["state"] == "available", state
    return dict(state["newest"])


async def bytes_of(chain: Chain, document: dict[str, Any]) -> bytes:
    answer = await chain.donor.get(f"/api/v1/documents/{document['id']}.pdf")
    assert answer.headers["content-type"] == "application/pdf"
    return answer.content


def text_of(pdf: bytes, folder: Path) -> str:
    """The text layer, as poppler reads it, spaces made one."""
    if shutil.which("pdftotext") is None:
        pytest.skip("no poppler: apt-get install poppler-utils")
    (folder / "a.pdf").write_bytes(pdf)
    read = subprocess.run(["pdftotext", "-layout", folder / "a.pdf", "-"], check=True, capture_output=True, text=True)
    return " ".join(read.stdout.split())


async def test_the_proof_says_of_each_serial_what_became_of_it_and_its_code_is_confirmed(
    chain: Chain, tmp_path: Path
) -> None:
    donation = await lived(chain, laptop(serial="5CG8472QX1"), laptop(serial="5CG8472QX2"))
    document = await issue(chain, donation["id"])
    pdf = await bytes_of(chain, document)
    assert hashlib.sha256(pdf).hexdigest() == document["sha256"]
    assert document["size"] == len(pdf)
    text = text_of(pdf, tmp_path)
    for said in ("5CG8472QX1", "5CG8472QX2", "solidaire", "NIST purge", "Société d'exemple", "page 1 sur 1"):
        assert said in text, said
    assert document["number"] in text
    assert document["code"] in text
    assert "162 kg CO2e évités" in text, "2 × 27 kg × 3 ans"
    for mark in (b"/StructTreeRoot", b"pdfuaid:part"):
        assert mark in pdf, "tagged, PDF/UA"
    anybody = await chain.client.login("camille")
    for spelled in (document["code"], document["code"].lower().replace("-", " ")):
        page = (await anybody.get("/verifier", params={"code": spelled})).text
        assert "Ce document est authentique" in page
        assert document["sha256"] in page
        assert not {"Société", donation["reference"]} & {*page.split()}, "nothing about whom it is for"
    wrong = document["code"][:-1] + ("0" if document["code"][-1] != "0" else "1")
    assert "erreur de lecture" in (await anybody.get("/verifier", params={"code": wrong})).text
    assert (await anybody.get("/verifier/00000-00000-0")).status_code == 404


async def test_numbers_have_no_gap_and_the_same_facts_are_the_same_document(chain: Chain) -> None:
    one, other = await lived(chain, laptop(), steps=2), await lived(chain, laptop(), steps=1)
    first = await issue(chain, one["id"])
    assert await issue(chain, one["id"]) == first, "nothing has changed"
    second = await issue(chain, other["id"])
    [device] = await devices_of(chain, one["id"])
    await deliver(chain.database, chain.service, [told(device["id"], 2)])
    third = await issue(chain, one["id"])
    numbers = [int(document["number"].rsplit("-", 1)[1]) for document in (first, second, third)]
    assert numbers == [numbers[0], numbers[0] + 1, numbers[0] + 2]
    confirmed = (await chain.donor.get(f"/api/v1/documents/confirmed/{first['code']}")).json()
    assert confirmed["replaced_by"] == third["number"]


async def test_a_worker_that_dies_while_it_draws_takes_no_number_with_it(chain: Chain, monkeypatch: Any) -> None:
    donation = await lived(chain, laptop(), steps=1)

    async def dies(*_: object) -> bytes:
        raise RuntimeError("killed")

    with monkeypatch.context() as broken:
        broken.setattr("collect.documents.job.paper_pdf", dies)
        await chain.donor.post(f"/api/v1/donations/{donation['id']}/documents", json={"kind": "slip"})
        await work(chain)
    failed = next(one for one in await chain.get(f"/donations/{donation['id']}/documents") if one["kind"] == "slip")
    assert failed["failure"] is not None
    assert (await issue(chain, donation["id"], "slip"))["number"].endswith("-00001")


async def test_a_device_without_a_medium_is_never_said_to_be_wiped(chain: Chain, tmp_path: Path) -> None:
    donation = await lived(chain, laptop(serial="5CG8472QX1"), steps=2)
    screens, _ = await chain.sent({"category": "monitor", "model": "P2214H", "quantity": 2})
    for device in await devices_of(chain, screens["id"]):
        await chain.hear(
            "refurbish.devices",
            "device-erased",
            device["id"],
            device_id=device["id"],
            media=[],
            reason="Aucun support.",
        )
    wiped = text_of(await bytes_of(chain, await issue(chain, donation["id"], "erasure")), tmp_path)
    assert "1 support effacé" in wiped
    assert "0 sans support" in wiped
    assert "S1" in wiped
    assert "nwipe" in wiped
    without = text_of(await bytes_of(chain, await issue(chain, screens["id"], "erasure")), tmp_path)
    assert "0 support effacé" in without
    assert "2 sans support" in without
    assert "2 écrans : l'atelier a vérifié qu'il n'y a rien à effacer." in without


async def test_a_stranger_with_the_link_sees_the_proof_until_it_is_revoked(chain: Chain, client: Any) -> None:
    donation = await lived(chain, *(laptop(serial=f"5CG8472QX{n}") for n in range(1, 6)))
    browser = await chain.client.login("camille")
    home = f"/dons/{donation['id']}"
    page = await press(browser, home, f"{home}/preuve", {})
    address = httpx.URL(re.search(r'value="([^"]+/preuve/[^"]+)"', page.text)[1])  # type: ignore[index]
    await work(chain)
    document = (await chain.get(f"/donations/{donation['id']}/documents"))[0]["newest"]
    async with stranger(chain) as anybody:
        seen = await anybody.get(address.path)
        assert seen.status_code == 200
        assert "5CG8472QX1" in seen.text
        assert document["number"] in seen.text
        assert seen.headers["x-robots-tag"].startswith("noindex")
        pdf = await anybody.get(f"{address.path}/{document['number']}.pdf")
        assert hashlib.sha256(pdf.content).hexdigest() == document["sha256"]
        forged = address.path[:-1] + ("A" if address.path[-1] != "A" else "B")
        assert (await anybody.get(forged)).status_code == 404
        link = (await chain.get(f"/donations/{donation['id']}/links"))[0]
        documents = f"{home}/documents"
        await press(browser, documents, f"/liens/{link['id']}/revoquer", {})
        closed = await anybody.get(address.path)
        assert closed.status_code == 404
        assert "ouvre plus rien" in closed.text
        assert (await anybody.get(f"{address.path}/{document['number']}.pdf")).status_code == 404
        assert (await anybody.get(documents)).status_code in (303, 401)


@pytest.mark.parametrize(("quantity", "is_told"), [(4, False), (5, True)])
async def test_a_stranger_reads_a_departement_only_where_five_were_handed_over(
    chain: Chain, quantity: int, *, is_told: bool
) -> None:
    donation = await lived(chain, laptop(quantity=quantity))
    browser = await chain.client.login("camille")
    home = f"/dons/{donation['id']}"
    page = await press(browser, home, f"{home}/preuve", {})
    assert "Hautes-Alpes" in (await browser.get(home)).text, "its donor reads where its devices are"
    address = httpx.URL(re.search(r'value="([^"]+/preuve/[^"]+)"', page.text)[1])  # type: ignore[index]
    async with stranger(chain) as anybody:
        seen = (await anybody.get(address.path)).text.replace("\u00a0", " ")
    assert ("Hautes-Alpes" in seen) is is_told
    assert ("Moins de 5 personnes équipées" in seen) is not is_told
    assert "n'est pas publié" not in seen.replace("&#39;", "'")


def stranger(chain: Chain) -> httpx.AsyncClient:
    transport = chain.donor._transport
    return httpx.AsyncClient(transport=transport, base_url=str(chain.donor.base_url))


async def test_a_year_in_one_file_with_the_table_of_reuse_for_a_public_body(chain: Chain, tmp_path: Path) -> None:
    body = await register(chain.coordinator, "217500016", name="Ville d'exemple", public_body=True)
    await chain.client.grant("camille", "donor", body["id"])
    chain.donor_id = body["id"]
    first = await lived(chain, laptop(quantity=3))
    await lived(chain, laptop(), {"category": "monitor", "quantity": 2}, steps=2)
    proof = await issue(chain, first["id"], "reuse")
    path, year = f"/api/v1/donors/{body['id']}/years", today().year
    assert (await chain.donor.post(path, json={"year": year - 1})).status_code == 404
    assert (await chain.donor.post(path, json={"year": year})).status_code == 202
    await work(chain)
    [state] = (await chain.donor.get(path)).json()
    text = text_of(await bytes_of(chain, state["newest"]), tmp_path)
    for said in ("Ville d'exemple", f"Réemploi de l'année {year}", "Ordinateur portable 4 3 0 1 75 %",
                 "Écran 2 0 0 2 0", proof["code"], "50 % réemployés", first["reference"]):  # fmt: skip
        assert said in text, said
    page = (await (await chain.client.login("camille")).get(f"/donateurs/{body['id']}/annees")).text
    assert state["newest"]["number"] in page
