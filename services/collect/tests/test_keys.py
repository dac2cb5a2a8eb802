"""Keys for a donor's tools: shown once, kept as a hash, bound by their scopes, renewed with overlap, revoked."""

import re
from uuid import uuid4

import httpx
import pytest
from filiere.calendar import today
from filiere.keys.secret import hash_of, new_secret
from filiere.testing.sql import rows, value
from filiere.web import keys as admission

from .chain import Chain, laptop, register
from .test_attachments import PDF
from .test_news import press


def plain(text: str) -> str:
    """Without the spaces that keep French signs on one line with their words."""
    return text.replace("\u00a0", " ")


def secret_in(answer: httpx.Response) -> str:
    found = re.search(r'id="secret"[^>]*>(filiere_\w+)<', answer.text)
    assert found, answer.text
    return found[1]


async def make(chain: Chain, *scopes: str, who: str = "camille", **more: str) -> tuple[str, str]:
    """(id, secret) of a key that a person makes on the page."""
    owner = f"/cles/{chain.donor_id}" if who == "camille" else "/cles/coordination"
    fields = {"id": str(uuid4()), "name": "Inventaire GLPI", "scopes": list(scopes), **more}
    return str(fields["id"]), secret_in(await press(await chain.client.login(who), owner, owner, **fields))


def tool(chain: Chain, secret: str) -> httpx.AsyncClient:
    return chain.client.anonymous(Authorization=f"Bearer {secret}")


def lines(chain: Chain) -> dict[str, object]:
    return {"donor_id": chain.donor_id, "lines": [laptop()]}


async def test_a_tool_declares_and_the_journal_names_its_key(chain: Chain) -> None:
    _, secret = await make(chain, "declare")
    glpi = tool(chain, secret)
    me = (await glpi.get("/api/v1/me")).json()
    assert me["key_scopes"] == ["declare"]
    assert me["name"] == "Clé « Inventaire GLPI »"
    made = await glpi.post("/api/v1/donations", json=lines(chain))
    assert made.status_code == 201, made.text
    page = (await (await chain.client.login("camille")).get(f"/dons/{made.json()['id']}")).text
    assert "Clé « Inventaire GLPI »" in page
    refused = await glpi.get(f"/api/v1/donations/{made.json()['id']}/devices")
    assert refused.status_code == 403
    assert refused.headers["content-type"] == "application/problem+json"
    assert plain(refused.json()["detail"]) == "Il faut une clé qui permet : « Lire les dons et les appareils »."
    assert await value(chain.database, "SELECT count(*) FROM person WHERE subject LIKE 'key:%'") == 0


async def test_no_key_reads_who_the_people_are(chain: Chain) -> None:
    _, secret = await make(chain, "declare", "read")
    camille = await chain.client.login("camille")
    page = f"/dons/{(await chain.declare(laptop()))['id']}"
    await press(camille, page, f"{page}/messages", text="Le quai ferme à midi.")
    (contact,) = (await chain.get(f"/donors/{chain.donor_id}"))["contacts"]
    read = tool(chain, secret)
    donor = (await read.get(f"/api/v1/donors/{chain.donor_id}")).json()
    assert donor["sites"]
    assert donor["contacts"] == []
    (said,) = (await read.get(f"/api/v1{page.replace('/dons', '/donations')}/messages")).json()
    (by_a_person,) = await chain.get(f"{page.replace('/dons', '/donations')}/messages")
    assert said == {**by_a_person, "author": ""}
    assert by_a_person["author"]
    assert contact["name"] not in str(said)


async def test_no_key_reads_who_added_a_file_or_wrote_the_instructions(chain: Chain) -> None:
    _, secret = await make(chain, "read", "attachments")
    files = f"/donations/{(await chain.declare(laptop()))['id']}/attachments"
    assert (await chain.donor.post(f"/api/v1{files}", files={"file": ("liste.pdf", PDF)})).status_code == 201
    words = {"based_on": 0, "french": ["Gardez les chargeurs."], "english": ["Keep the chargers."]}
    assert (await chain.coordinator.put("/api/v1/packing", json=words)).status_code == 200
    glpi = tool(chain, secret)
    (file,), now = [(await glpi.get(f"/api/v1{path}")).json() for path in (files, "/packing")]
    (by_a_person,), by_somebody = await chain.get(files), await chain.get("/packing")
    assert file == {**by_a_person, "added_by_name": ""}
    assert now == {**by_somebody, "by_name": ""}
    assert by_a_person["added_by_name"]
    assert by_somebody["by_name"]


async def test_the_secret_is_shown_once_and_kept_nowhere(chain: Chain) -> None:
    owner = f"/cles/{chain.donor_id}"
    camille = await chain.client.login("camille")
    fields = {"id": str(uuid4()), "name": "GLPI", "scopes": ["read"]}
    shown = await press(camille, owner, owner, **fields)
    secret = secret_in(shown)
    assert shown.headers["cache-control"] == "no-store"
    assert secret[:14] in (await camille.get(owner)).text
    assert secret not in (await camille.get(owner)).text
    assert secret not in str(camille.cookies)
    stored = str(await rows(chain.database, "SELECT k::text, s::text FROM api_key k JOIN api_key_secret s ON true"))
    assert hash_of(secret) in stored
    assert secret not in stored
    # Pressed twice, or sent again with the Back button: one key, and no second secret.
    again = await press(camille, owner, owner, **fields)
    assert again.status_code == 422
    assert "son secret n&#39;est montré qu&#39;une fois" in again.text
    assert await value(chain.database, "SELECT count(*) FROM api_key_secret") == 1


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"scopes": []}, "Ce que l"),
        ({"scopes": ["everything"]}, "Choisissez dans la liste."),
        ({"name": "  "}, "Nom de l"),
        ({"name": "a\u202eb"}, "sans caractère invisible"),
        ({"until": "2020-01-01"}, "Choisissez un jour à venir."),
    ],
)
async def test_what_is_wrong_is_said_beside_its_field(chain: Chain, changes: dict[str, object], said: str) -> None:
    owner = f"/cles/{chain.donor_id}"
    fields = {"id": str(uuid4()), "name": "GLPI", "scopes": ["read"], **changes}
    answer = await press(await chain.client.login("camille"), owner, owner, **fields)
    assert answer.status_code == 422
    assert said in answer.text
    assert await value(chain.database, "SELECT count(*) FROM api_key") == 0


async def test_hostile_names_are_text(chain: Chain) -> None:
    await make(chain, "read", name="<script>alert(1)</script>")
    page = (await (await chain.client.login("camille")).get(f"/cles/{chain.donor_id}")).text
    assert "<script>alert" not in page
    assert "&lt;script&gt;" in page


async def test_a_revoked_key_is_refused_and_cannot_come_back(chain: Chain) -> None:
    key_id, secret = await make(chain, "read")
    glpi, camille, owner = tool(chain, secret), await chain.client.login("camille"), f"/cles/{chain.donor_id}"
    assert (await glpi.get("/api/v1/donations")).status_code == 200
    for _ in range(2):
        gone = await press(camille, owner, f"{owner}/{key_id}/revoquer")
        assert "est révoquée" in gone.text
    refused = await glpi.get("/api/v1/donations")
    assert refused.status_code == 401
    assert refused.json()["type"] == "urn:filiere:problem:invalid-key"
    assert "invalid_token" in refused.headers["www-authenticate"]
    renewed = await press(camille, owner, f"{owner}/{key_id}/renouveler", overlap="7")
    assert "faites-en une autre" in renewed.text
    told = plain((await camille.get(f"/donateurs/{chain.donor_id}")).text)
    assert "Clé faite pour un outil : Inventaire GLPI" in told
    assert "Clé révoquée : Inventaire GLPI" in told


async def test_a_renewed_key_opens_with_both_secrets_for_a_while(chain: Chain) -> None:
    key_id, old = await make(chain, "read")
    camille, owner = await chain.client.login("camille"), f"/cles/{chain.donor_id}"
    new = secret_in(await press(camille, owner, f"{owner}/{key_id}/renouveler", overlap="7"))
    for secret in (old, new):
        assert (await tool(chain, secret).get("/api/v1/donations")).status_code == 200
    page = (await camille.get(owner)).text
    assert old[:14] in page
    assert "ancien secret, jusqu" in page
    assert new[:14] in page
    # A second renewal does not let the first secret open for longer than was said.
    await press(camille, owner, f"{owner}/{key_id}/renouveler", overlap="30")
    ends = await rows(
        chain.database, "SELECT ends_at < now() + interval '8 days' FROM api_key_secret ORDER BY created_at"
    )
    assert [one[0] for one in ends] == [True, False, None]
    newest = secret_in(await press(camille, owner, f"{owner}/{key_id}/renouveler", overlap="0"))
    assert (await tool(chain, old).get("/api/v1/donations")).status_code == 401
    assert (await tool(chain, new).get("/api/v1/donations")).status_code == 401
    assert (await tool(chain, newest).get("/api/v1/donations")).status_code == 200


async def test_a_key_opens_until_the_end_of_its_last_day(chain: Chain) -> None:
    key_id, secret = await make(chain, "read", until=today().isoformat())
    assert (await tool(chain, secret).get("/api/v1/donations")).status_code == 200
    page = (await (await chain.client.login("camille")).get(f"/cles/{chain.donor_id}")).text
    assert f'name="until" value="{today().isoformat()}"' in page  # renewed, it ends when it would have
    await rows(chain.database, "UPDATE api_key SET expires_at = now() - interval '1 second'")
    chain.client.app.state.filiere.forget_key(key_id)
    chain.client.app.state.filiere.keys._kept.clear()  # five seconds later
    assert (await tool(chain, secret).get("/api/v1/donations")).status_code == 401
    assert "expirée le" in (await (await chain.client.login("camille")).get(f"/cles/{chain.donor_id}")).text


async def test_an_end_is_known_within_five_seconds_wherever_it_was_said(
    chain: Chain, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By the database alone, as another process would: what this one knew counts no longer than the promise."""
    clock = [1000.0]
    monkeypatch.setattr("filiere.web.keys.time.monotonic", lambda: clock[0])
    kept = admission.Keys(chain.database)
    _, secret = await make(chain, "read")
    await kept.admit(secret)
    await rows(chain.database, "UPDATE api_key SET revoked_at = now(), revoked_by_name = 'Nadia'")
    clock[0] += 4.9
    await kept.admit(secret)
    clock[0] += 0.2
    with pytest.raises(admission.InvalidKey):
        await kept.admit(secret)


async def test_the_last_use_is_written_once_a_minute(chain: Chain) -> None:
    _, secret = await make(chain, "read")
    glpi = tool(chain, secret)
    for _ in range(3):
        await glpi.get("/api/v1/donations")
    first = await value(chain.database, "SELECT last_used_at FROM api_key_secret")
    assert first is not None
    # Another process, which has not seen it: the row itself says that a minute is not over.
    await admission.Keys(chain.database).admit(secret)
    assert await value(chain.database, "SELECT last_used_at FROM api_key_secret") == first
    await rows(chain.database, "UPDATE api_key_secret SET last_used_at = last_used_at - interval '61 seconds'")
    await admission.Keys(chain.database).admit(secret)
    assert await value(chain.database, "SELECT last_used_at FROM api_key_secret") >= first


@pytest.mark.parametrize(
    "shown",
    [new_secret(), new_secret()[:-1] + "_", "filiere_", "filiere_" + "é" * 49],
    ids=["unknown", "sum", "empty", "letters"],  # the same in each worker
)
async def test_what_only_looks_like_a_key_is_refused(chain: Chain, shown: str) -> None:
    headers = {b"authorization": f"Bearer {shown}".encode()}
    answer = await chain.client.anonymous().get("/api/v1/donations", headers=headers)
    assert answer.status_code == 401
    assert answer.json()["type"] == "urn:filiere:problem:invalid-key"


async def test_the_coordination_sees_a_donors_keys_revokes_them_and_makes_none(chain: Chain) -> None:
    key_id, _ = await make(chain, "read")
    nadia, owner = await chain.client.login("nadia"), f"/cles/{chain.donor_id}"
    page = (await nadia.get(owner)).text
    assert "Inventaire GLPI" in page
    assert "Faire la clé" not in page
    fields = {"id": str(uuid4()), "name": "À elle", "scopes": ["read"]}
    assert (await press(nadia, owner, owner, **fields)).status_code == 409
    assert (await press(nadia, owner, f"{owner}/{key_id}/renouveler", overlap="0")).status_code == 409
    assert "est révoquée" in (await press(nadia, owner, f"{owner}/{key_id}/revoquer")).text


async def test_the_coordination_has_keys_of_its_own_that_see_every_donor(chain: Chain) -> None:
    await chain.declare(laptop())
    _, secret = await make(chain, "read", who="nadia")
    other = await register(chain.coordinator, "552100554", name="Autre")
    found = (await tool(chain, secret).get("/api/v1/donors")).json()["items"]
    assert {chain.donor_id, other["id"]} <= {one["id"] for one in found}
    assert (await (await chain.client.login("camille")).get("/cles/coordination")).status_code == 404


async def test_the_coordination_s_own_keys_have_their_journal(chain: Chain) -> None:
    key_id, _ = await make(chain, "read", who="nadia")
    nadia, owner = await chain.client.login("nadia"), "/cles/coordination"
    await press(nadia, owner, f"{owner}/{key_id}/renouveler", overlap="1")
    await press(nadia, owner, f"{owner}/{key_id}/revoquer")
    page = plain((await nadia.get(owner)).text)
    for said in ("Clé faite pour un outil", "Clé renouvelée", "Clé révoquée"):
        assert f"{said} : Inventaire GLPI" in page
    # A donor's own is on the donor's page, not here.
    await make(chain, "read")
    assert plain((await nadia.get(owner)).text).count("Clé faite") == 1


async def test_whoever_made_a_key_and_left_is_pointed_at(chain: Chain) -> None:
    _, secret = await make(chain, "read")
    await chain.client.grant("ana", "donor", chain.donor_id)
    ana = await chain.client.login("ana")
    assert "a plus accès" not in (await ana.get(f"/cles/{chain.donor_id}")).text
    await press(ana, f"/equipe/{chain.donor_id}", f"/equipe/{chain.donor_id}/retirer", subject="camille")
    assert "a plus accès" in (await ana.get(f"/cles/{chain.donor_id}")).text
    assert (await tool(chain, secret).get("/api/v1/donations")).status_code == 200  # the organisation's, not hers


async def test_there_are_twenty_keys_at_most(chain: Chain) -> None:
    await rows(
        chain.database,
        f"""INSERT INTO api_key (organisation_id, id, role, name, scopes, made_by, made_by_name)
        SELECT '{chain.donor_id}', gen_random_uuid(), 'donor', n::text, '{{read}}', 'camille', 'Camille'
        FROM generate_series(1, 20) n""",
    )
    owner = f"/cles/{chain.donor_id}"
    fields = {"id": str(uuid4()), "name": "GLPI", "scopes": ["read"]}
    answer = await press(await chain.client.login("camille"), owner, owner, **fields)
    assert "Vingt clés servent déjà" in answer.text
    assert await value(chain.database, "SELECT count(*) FROM api_key") == 20


async def test_one_form_sent_under_a_key_of_idempotency_has_one_effect(chain: Chain) -> None:
    """Per key, as per person: two tools may use the same words."""
    (_, one), (_, two) = await make(chain, "declare"), await make(chain, "declare", name="Autre outil")
    for secret in (one, one, two):
        answer = await tool(chain, secret).post(
            "/api/v1/donations", json=lines(chain), headers={"Idempotency-Key": "nuit-1"}
        )
        assert answer.status_code == 201, answer.text
    assert await value(chain.database, "SELECT count(*) FROM donation") == 2


async def test_the_description_says_which_scope_each_route_needs(chain: Chain) -> None:
    described = chain.client.app.openapi()
    assert described["components"]["securitySchemes"]["key"]["scheme"] == "bearer"
    paths = described["paths"]
    assert paths["/api/v1/donations"]["post"]["security"] == [{"bearer": []}, {"key": ["declare"]}]
    assert paths["/api/v1/donations"]["get"]["security"] == [{"bearer": []}, {"key": ["read"]}, {"key": ["declare"]}]
    assert "security" not in paths["/api/v1/donations/{donation_id}/valuation"]["put"]  # people alone, as by default
    page = (await chain.client.anonymous().get("/documentation/api/declare_api_v1_donations_post")).text
    assert "Déclarer des dons" in page
