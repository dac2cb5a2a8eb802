"""The front door, over a data folder as the supervisor leaves it."""

import base64
import hashlib
import hmac
import json
import time
from collections.abc import AsyncIterator
from dataclasses import asdict
from pathlib import Path

import httpx
import pytest
from stack.home.app import create_home
from stack.settings import StackSettings
from stack.states import PartStatus, State


@pytest.fixture
def settings(tmp_path: Path) -> StackSettings:
    settings = StackSettings.in_folder(tmp_path)
    (tmp_path / "mail").mkdir()
    parts = [
        PartStatus("postgres", "PostgreSQL", State.READY, "127.0.0.1:1", restarts=2),
        PartStatus("collect-api", "Collecte, pages et API", State.READY, settings.public_url("collect")),
        PartStatus("collect-worker", "Collecte, tâche de fond", State.FAILING, detail="meurt en boucle"),
    ]
    (tmp_path / "status.json").write_text(json.dumps([asdict(part) for part in parts]))
    return settings


@pytest.fixture
async def visitor(settings: StackSettings) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(create_home(settings))
    async with httpx.AsyncClient(transport=transport, base_url="http://home") as client:
        yield client


async def test_each_role_leads_to_its_service_with_the_person_hinted(
    visitor: httpx.AsyncClient, settings: StackSettings
) -> None:
    page = (await visitor.get("/")).text
    for service, subject in (
        ("collect", "hugo"),
        ("refurbish", "karim"),
        ("distribute", "amina"),
        ("collect", "claire"),
    ):
        assert f"{settings.public_url(service)}/login?hint={subject}&amp;next=%2F" in page
    for public in ("trouver", "devenir-relais"):
        assert f'{settings.public_url("distribute")}/{public}"' in page


async def test_the_table_says_what_runs_and_believes_the_probes_more_than_the_supervisor(
    visitor: httpx.AsyncClient,
) -> None:
    page = (await visitor.get("/")).text
    assert "meurt en boucle" in page
    assert "en service" in page  # PostgreSQL
    assert "ne répond pas" in page  # the api is said to be ready, but nobody listens there


async def test_only_the_table_is_sent_to_htmx_and_a_whole_page_to_a_person(visitor: httpx.AsyncClient) -> None:
    assert "<html" not in (await visitor.get("/etat", headers={"HX-Request": "true"})).text
    assert "<html" in (await visitor.get("/etat")).text


async def test_links_of_a_letter_that_lead_to_our_pages_are_links_and_no_others(
    visitor: httpx.AsyncClient, settings: StackSettings
) -> None:
    ours = f"{settings.public_url('distribute')}/candidature/confirmer/a.b?x=1&y=2"
    body = f'Ouvrez {ours}.\n"><script>x</script> http://elsewhere.example/ javascript:alert(1)'
    head = "Subject: Lien\nTo: amina@relais.example\nContent-Type: text/plain; charset=utf-8\n\n"
    (settings.data / "mail" / "2.eml").write_text(head + body)
    page = (await visitor.get("/courriels/2.eml")).text
    assert f'<a href="{ours.replace("&", "&amp;")}" rel="noreferrer">' in page
    assert page.count("noreferrer") == 1
    assert "<script>x" not in page
    assert "http://elsewhere.example/" in page


async def test_written_mails_are_listed_read_and_never_lead_out_of_their_folder(
    visitor: httpx.AsyncClient, settings: StackSettings
) -> None:
    assert "Rien encore" in (await visitor.get("/courriels")).text
    head = "Subject: =?utf-8?q?Re=C3=A7u?=\nTo: amina@relais.example\nContent-Type: text/plain; charset=utf-8\n\n"
    message = head + "<b>12 €</b>"
    (settings.data / "mail" / "1.eml").write_text(message)
    (settings.data / "secret.eml").write_text("Subject: secret\n\n")

    assert "Reçu" in (await visitor.get("/courriels")).text
    assert "&lt;b&gt;12 €" in (await visitor.get("/courriels/1.eml")).text
    assert (await visitor.get("/courriels/..%2Fsecret.eml")).status_code == 404


async def test_the_audit_page_tells_the_last_result(visitor: httpx.AsyncClient, settings: StackSettings) -> None:
    assert "Aucun audit encore" in (await visitor.get("/audit")).text
    result = {"ok": False, "events_published": 7, "events_waiting": 0, "dead_letters": 1, "broken": ["FIL-1 est perdu"]}
    (settings.data / "audit.json").write_text(json.dumps(result))
    assert "FIL-1 est perdu" in (await visitor.get("/audit")).text


async def test_every_page_is_closed_to_foreign_content(visitor: httpx.AsyncClient) -> None:
    for path in ("/", "/courriels", "/audit", "/unknown"):
        answer = await visitor.get(path)
        assert answer.headers["content-security-policy"].startswith("default-src 'none'")
        assert "unsafe" not in answer.headers["content-security-policy"]
        assert "style=" not in answer.text
        assert "<script>" not in answer.text


SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"


def signed(body: bytes, *, secret: str = SECRET, id_: str = "msg_1", age_s: int = 0) -> dict[str, str]:
    stamp = str(int(time.time()) - age_s)
    key = base64.b64decode(secret.removeprefix("whsec_"))
    made = hmac.new(key, f"{id_}.{stamp}.".encode() + body, hashlib.sha256).digest()
    return {
        "webhook-id": id_,
        "webhook-timestamp": stamp,
        "webhook-signature": f"v1,{base64.b64encode(made).decode()}",
    }


async def test_the_tool_of_a_donor_takes_what_filiere_signed_once_and_shows_it(visitor: httpx.AsyncClient) -> None:
    body = b'{"type": "donation.accepted", "data": {"reference": "D-1", "reason": "<b>"}}'
    assert "Rien encore" in (await visitor.get("/outil")).text
    assert (await visitor.post("/outil/secret", content="nothing")).status_code == 400
    assert (await visitor.post("/outil/secret", content=SECRET)).status_code == 204
    for _twice in range(2):
        assert (await visitor.post("/outil", content=body, headers=signed(body))).status_code == 204
    other = "whsec_" + base64.b64encode(b"another secret of the tool").decode()
    for wrong in (signed(body, secret=other), signed(body, age_s=3600), {"webhook-id": "msg_2"}):
        assert (await visitor.post("/outil", content=body, headers=wrong)).status_code == 401
    assert (await visitor.post("/outil", content=b"x" * 100_000, headers=signed(body))).status_code == 400
    page = (await visitor.get("/outil")).text
    assert page.count("donation.accepted") == 2  # its row, and its text
    assert "vérifiée" in page
    assert "<b>" not in page.partition("<main")[2]
