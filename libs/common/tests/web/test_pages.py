"""Pages over the real login: session, CSRF, errors in plain words, languages, downloads, headers."""

import re
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from babel.messages.pofile import read_po
from filiere.catalogue import ShownStatus
from filiere.duties import Duty
from filiere.mail import MailKind
from filiere.mail.composing import TEMPLATES as LETTERS
from filiere.mail.invitation import INVITATION, MEMBERSHIP
from filiere.testing.client import ServiceClient
from filiere.testing.translations import messages, untranslated
from filiere.web import Role, mail_pages, members, team_pages
from filiere.web.access import RoleMissing
from filiere.web.assets import STATIC, Assets
from filiere.web.i18n import WEB_LOCALES, Catalogue, read_catalogue, speak
from filiere.web.key_pages import OVERLAPS
from filiere.web.mail_pages import STATES as MAIL_STATES
from filiere.web.problems import CRASH_TITLE, HTTP_TITLES
from filiere.web.validation import FALLBACK, SENTENCES
from starlette.applications import Starlette
from starlette.routing import Route

from .shelf import LENS

SENTENCES_BELOW = ("catalogue", "identifiers", "geography")
FIRST = ("/", "/declare", "/workshop", "/nowhere")
BUDGET = 150_000  # bytes of a first visit, fonts included


def token_in(page: httpx.Response) -> str:
    found = re.search(r'name="csrf_token" value="([^"]+)"', page.text)
    assert found is not None
    return found[1]


async def test_a_person_logs_in_and_comes_back_where_they_wanted(shelf: ServiceClient) -> None:
    browser = shelf.anonymous()
    sent = await browser.get("/shelf?x=1")
    assert sent.status_code == 303
    leave = await browser.get(sent.headers["location"] + "&hint=lea")
    asked = parse_qs(urlsplit(leave.headers["location"]).query)
    assert asked["login_hint"] == ["lea"]
    assert asked["code_challenge_method"] == ["S256"]
    assert {"state", "nonce"} <= asked.keys()
    async with httpx.AsyncClient() as outside:
        back = await outside.post(leave.headers["location"], data={"sub": "lea"})
    answer = await browser.get(back.headers["location"])
    assert answer.headers["location"] == "/shelf?x=1"
    cookie = answer.headers["set-cookie"]
    assert cookie.startswith("filiere_shelf=")
    assert "httponly" in cookie
    assert "samesite=lax" in cookie
    assert (await browser.get("/shelf")).status_code == 200


async def test_an_answer_that_belongs_to_no_login_opens_nothing_and_leads_to_one_that_does(
    shelf: ServiceClient,
) -> None:
    browser = shelf.anonymous()
    answer = await browser.get("/login/callback?code=stolen&state=forged")
    assert answer.headers["location"].startswith(shelf.settings.oidc_issuer)
    assert (await browser.get("/shelf")).status_code == 303
    refused = await browser.get("/login/callback?error=access_denied&state=forged")
    assert refused.status_code == 400
    assert "La connexion n&#39;a pas abouti" in refused.text


@pytest.mark.parametrize(
    "target", ["//evil.example", "https://evil.example", "/\\evil.example", "javascript:alert(1)", ""]
)
async def test_login_never_leads_to_another_site(shelf: ServiceClient, target: str) -> None:
    browser = shelf.anonymous()
    leave = await browser.get("/login", params={"next": target, "hint": "lea"})
    async with httpx.AsyncClient() as outside:
        back = await outside.post(leave.headers["location"], data={"sub": "lea"})
    assert (await browser.get(back.headers["location"])).headers["location"] == "/"


async def test_logging_out_ends_the_session(shelf: ServiceClient) -> None:
    person = await shelf.login("lea")
    page = await person.get("/shelf")
    person.follow_redirects = False
    left = await person.post("/logout", data={"csrf_token": token_in(page)})
    assert left.status_code == 303
    assert (await person.get("/shelf")).headers["location"].startswith("/login?next=")
    async with httpx.AsyncClient() as outside:
        home = await outside.get(left.headers["location"])
    assert home.headers["location"] == shelf.settings.home_url


async def test_a_session_ends_by_itself(shelf: ServiceClient, monkeypatch: pytest.MonkeyPatch) -> None:
    person = await shelf.login("lea")
    person.follow_redirects = False
    lifetime = shelf.settings.session_lifetime.total_seconds()
    import time

    now = time.time()
    monkeypatch.setattr("filiere.web.login.time.time", lambda: now + lifetime + 1)
    assert (await person.get("/shelf")).status_code == 303


async def test_a_form_is_kept_with_its_errors_then_accepted_once_corrected(shelf: ServiceClient) -> None:
    person = await shelf.login("lea")
    token = token_in(await person.get("/shelf"))
    refused = await person.post("/shelf", data={"csrf_token": token, "label": "FIL-7", "weight": "80"})
    assert refused.status_code == 422
    assert 'value="FIL-7"' in refused.text
    assert "Au plus 50 kg." in refused.text
    accepted = await person.post("/shelf", data={"csrf_token": token, "label": "FIL-7", "weight": "8"})
    assert accepted.status_code == 200
    assert "FIL-7 est sur l&#39;étagère." in accepted.text
    assert "FIL-7 est sur" not in (await person.get("/shelf")).text


async def test_a_form_without_its_token_changes_nothing_and_loses_nothing(shelf: ServiceClient) -> None:
    person = await shelf.login("lea")
    form = {"label": "FIL-8", "weight": "8"}
    stale = await person.post("/shelf", data=form, headers={"sec-fetch-site": "same-origin"})
    assert stale.status_code == 403
    assert 'name="label" value="FIL-8"' in stale.text
    again = await person.post("/shelf", data={**form, "csrf_token": token_in(stale)})
    assert "FIL-8 est sur" in again.text


async def test_a_form_from_another_site_is_not_offered_again(shelf: ServiceClient) -> None:
    person = await shelf.login("lea")
    foreign = {"sec-fetch-site": "cross-site"}
    forged = await person.post("/shelf", data={"label": "FIL-9", "weight": "8"}, headers=foreign)
    assert forged.status_code == 403
    assert "FIL-9" not in forged.text


async def test_htmx_sends_the_token_as_a_header(shelf: ServiceClient) -> None:
    person = await shelf.login("lea")
    token = token_in(await person.get("/shelf"))
    answer = await person.post("/shelf", data={"label": "FIL-5", "weight": "1"}, headers={"x-csrf-token": token})
    assert answer.status_code == 200


async def test_one_persons_token_is_worth_nothing_to_another(shelf: ServiceClient) -> None:
    lea, lou = await shelf.login("lea"), await shelf.login("lou")
    token = token_in(await lea.get("/shelf"))
    assert (await lou.post("/shelf", data={"csrf_token": token, "label": "FIL-6", "weight": "1"})).status_code == 403


async def test_an_unknown_object_and_a_missing_role_are_told_in_plain_words(shelf: ServiceClient) -> None:
    lost = await (await shelf.login("lea")).get("/shelf/FIL-0")
    assert lost.status_code == 404
    assert "L&#39;équipement FIL-0 n&#39;existe pas" in lost.text
    refused = await (await shelf.login("stranger")).get("/shelf")
    assert refused.status_code == 403
    assert "Il faut être d&#39;un atelier d&#39;insertion pour faire cela." in refused.text.replace("\u00a0", " ")
    english = await (await shelf.login("stranger")).get("/shelf?lang=en")
    assert "To do this you have to be from a workshop." in english.text


def test_a_missing_role_is_said_in_a_sentence_whoever_it_is_for() -> None:
    said = str(RoleMissing(frozenset({Role.COORDINATOR, Role.RELAIS}))).replace("\u00a0", " ")
    assert said == "Il faut être d'un Relais Numérique ou de la coordination pour faire cela."
    assert "de la coordination" in str(RoleMissing(frozenset({Role.COORDINATOR})))


@pytest.mark.parametrize(
    ("opened", "above"),
    [
        ("/shelf/FIL-1/again?lang=en", "/shelf/FIL-1?lang=en"),
        ("/logout?theme=dark&lang=en", "/?theme=dark&lang=en"),
        ("/shelf/FIL-1/again", "/shelf/FIL-1"),
    ],
)
async def test_an_address_that_only_takes_forms_leads_to_the_page_above(
    shelf: ServiceClient, opened: str, above: str
) -> None:
    """So the language changes on a form that came back with errors, and a reload is no dead end."""
    answer = await shelf.anonymous().get(opened)
    assert (answer.status_code, answer.headers["location"]) == (303, above)


async def test_a_refusal_is_said_once_truly_and_leads_to_what_it_is_about(shelf: ServiceClient) -> None:
    person = await shelf.login("lea")
    token = token_in(await person.get("/shelf"))
    refused = await person.post("/shelf/FIL-1/again", data={"csrf_token": token})
    assert refused.status_code == 409
    main = refused.text.partition("<main")[2]
    assert main.count("déjà sur l&#39;étagère") == 1
    assert "rien n" not in main, "a first click may have changed something"
    assert "aussi par un premier clic" in main
    assert 'href="/shelf/FIL-1"' in main
    not_taken = await person.post("/gallery", data={"csrf_token": token})
    assert not_taken.status_code == 405
    assert "Repartez de la page la plus proche." in not_taken.text


async def test_errors_are_summed_up_in_the_order_of_the_fields(shelf: ServiceClient) -> None:
    person = await shelf.login("lea")
    refused = await person.post("/declare", data={"csrf_token": token_in(await person.get("/declare"))})
    summary = refused.text.partition("summary")[2].partition("</ul>")[0]
    named = re.findall(r'href="#f-(\w+)"', summary)
    assert named == ["name", "siren", "category", "quantity", "how", "agreed"]


def test_a_count_of_a_template_is_written_as_numbers_are(shelf: ServiceClient) -> None:
    template = "{{ ngettext('%(num)s ligne', '%(num)s lignes', count) }}"
    environment = shelf.app.state.filiere.pages.environment
    speak("fr", Catalogue([WEB_LOCALES]))
    assert environment.from_string(template).render(count=12345) == "12\u202f345 lignes"


async def test_a_table_is_downloaded_for_a_french_spreadsheet(shelf: ServiceClient) -> None:
    lea = await shelf.as_("lea")
    await lea.post("/api/v1/devices", json={"label": "=HYPERLINK(1)", "weight": 2})
    answer = await (await shelf.login("lea")).get("/shelf.csv")
    assert answer.content.decode() == "\ufeffÉtiquette;Poids\r\n'=HYPERLINK(1);2\r\n"
    assert answer.headers["content-disposition"] == "attachment; filename*=UTF-8''%C3%A9tag%C3%A8re.csv"


async def test_the_language_is_chosen_and_remembered(shelf: ServiceClient) -> None:
    anyone = shelf.anonymous()
    assert '<html lang="fr"' in (await anyone.get("/")).text
    assert '<html lang="en"' in (await anyone.get("/", headers={"accept-language": "en-GB,fr;q=0.5"})).text
    english = await anyone.get("/?lang=en")
    assert "Sign in" in english.text
    assert "Sign in" in (await anyone.get("/")).text
    assert "Se connecter" in (await anyone.get("/?lang=fr")).text


async def test_every_text_of_the_kit_has_an_english_translation() -> None:
    assert untranslated("filiere.web") == []
    said_by_fields = {*SENTENCES.values(), FALLBACK}
    assert said_by_fields - read_catalogue(WEB_LOCALES / "en.po").keys() == set()
    with (WEB_LOCALES / "en.po").open("rb") as file:
        written = {message.id[0] if isinstance(message.id, tuple) else message.id for message in read_po(file)} - {""}
    words = {status.label_fr for status in ShownStatus}
    words |= {word for duty in Duty for word in (duty.label_fr, duty.says_fr)}
    words |= (
        {role.label_fr for role in Role}
        | {*MAIL_STATES.values()}
        | {one.label for one in MEMBERSHIP}
        | {*OVERLAPS.values()}
    )
    headings = {*members.HEADER, *mail_pages.HEADER, *team_pages.HEADER}
    assert headings - read_catalogue(WEB_LOCALES / "en.po").keys() == set()
    words |= headings
    # Letters: their frame, and the button of those that name none.
    words |= messages(LETTERS).keys() | {INVITATION.button, MailKind("", Role.DONOR, "", "").button}
    used = messages(WEB_LOCALES.parent).keys() | said_by_fields | words | {*HTTP_TITLES.values(), CRASH_TITLE}
    files = [file for room in SENTENCES_BELOW for file in (WEB_LOCALES.parents[1] / room).rglob("*")]
    below = "".join(file.read_text() for file in files if file.suffix in (".py", ".yaml"))
    unused = {one for one in written - used if not _is_said_in(below, str(one))}
    assert unused == {"Collecte", "Distribution", "Tous", "nom, courriel, organisation ou identifiant"}


def _is_said_in(sources: str, message: str) -> bool:
    """Rooms below the pages know no gettext: their sentences are made of pieces, and translated when they are shown."""
    return all(word in sources for word in re.findall(r"\w{4,}", re.sub(r"%\(\w+\)s", "", message)))


async def test_the_policy_lets_no_inline_code_in_and_no_page_needs_it(shelf: ServiceClient) -> None:
    for path in ("/", "/gallery", "/declare", "/workshop", "/nowhere"):
        answer = await shelf.anonymous().get(path)
        policy = answer.headers["content-security-policy"]
        assert policy.startswith("default-src 'none'; script-src 'self'; style-src 'self';")
        assert "unsafe" not in policy
        assert not re.search(r"<style|\sstyle=|\son\w+=|<script(?![^>]*\ssrc=)", answer.text), path


async def test_a_first_visit_stays_under_its_weight(shelf: ServiceClient) -> None:
    anyone = shelf.anonymous()
    page = await anyone.get("/gallery")
    loaded = set(re.findall(r'(?:href|src)="(/static/[^"]+)"', page.text))
    style = next(address for address in loaded if address.endswith("ui.css"))
    fonts = re.findall(r'url\("([^"]+)"\)', (await anyone.get(style)).text)
    loaded |= {style.rsplit("/", 1)[0] + "/" + font for font in fonts}
    # The gallery shows every component; labels are printed at a desk, and no first visit has them: the next test.
    loaded = {address for address in loaded if not address.endswith("labels.css")}
    # Counted uncompressed, for whoever sits behind a proxy that unpacks.
    sizes = {address: len((await anyone.get(address)).content) for address in loaded}
    assert len(page.content) + sum(sizes.values()) <= BUDGET, sizes


async def test_what_only_some_pages_show_is_loaded_by_them_alone(shelf: ServiceClient) -> None:
    """What a page loads beside the kit's own stands where it is shown, so that a first visit does not pay for it."""
    anyone = shelf.anonymous()
    loaded = {path: set(re.findall(r"/static/[^/]+/(\w+\.css)", (await anyone.get(path)).text)) for path in FIRST}
    assert loaded == {path: {"ui.css"} for path in FIRST}
    assert "labels.css" in (await anyone.get("/gallery")).text


async def test_static_files_are_kept_for_a_year_and_change_address_with_their_content(shelf: ServiceClient) -> None:
    assets = Assets([STATIC])
    anyone = shelf.anonymous()
    fresh = await anyone.get(shelf.app.state.filiere.assets.url("ui.css"), headers={"accept-encoding": "gzip"})
    assert "immutable" in fresh.headers["cache-control"]
    assert fresh.headers["content-encoding"] == "gzip"
    assert "set-cookie" not in fresh.headers
    old = await anyone.get("/static/0123456789ab/ui.css")
    assert old.headers["cache-control"] == "no-cache"
    assert (await anyone.get(f"/static/{assets.version}/..%2Fsecrets")).status_code == 404


async def test_a_picture_is_read_when_it_is_asked_for(tmp_path: Path) -> None:
    (tmp_path / "one.webp").write_bytes(b"RIFF" * 10_000)
    assets = Assets([tmp_path])
    app = Starlette(routes=[Route("/{version}/{name}", lambda request: assets.respond(request, **request.path_params))])
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://localhost") as client:
        answer = await client.get(f"/{assets.version}/one.webp")
    assert answer.content == b"RIFF" * 10_000
    assert answer.headers["content-type"] == "image/webp"
    assert "immutable" in answer.headers["cache-control"]
    assert assets.size("one.webp") == 40_000


async def test_the_cookie_of_one_service_opens_no_other(shelf: ServiceClient) -> None:
    person = await shelf.login("lea")
    assert {cookie.name for cookie in person.cookies.jar} == {"filiere_shelf"}
    forged = shelf.anonymous()
    forged.cookies.set("filiere_shelf", person.cookies["filiere_shelf"][:-2] + "xx")
    assert (await forged.get("/shelf")).status_code == 303
    await shelf.grant("lea", "workshop", LENS)


async def test_no_page_waits_for_its_template_to_be_compiled(
    shelf: ServiceClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The server compiles them all before it serves."""
    app = shelf.app
    app.state.filiere.pages.compile_all()

    def compiled(*_: object, **__: object) -> object:
        raise AssertionError("a template is compiled while somebody waits")

    monkeypatch.setattr(app.state.filiere.pages.environment, "compile", compiled)
    person = await shelf.login("lea")
    assert (await person.get("/shelf")).status_code == 200
    assert (await person.get("/nowhere")).status_code == 404


async def test_the_coordination_goes_from_service_to_service_and_nobody_else_is_offered_it(
    shelf: ServiceClient,
) -> None:
    await shelf.grant("nadia", "coordinator")
    page = (await (await shelf.login("nadia")).get("/")).text
    menu = page[page.index('class="group places"') :].partition("</details>")[0]
    for title, address in (("Collecte", 8001), ("Atelier", 8002), ("Distribution", 8003)):
        assert f'<a href="http://localhost:{address}/login?next=%2F&amp;hint=nadia">{title}</a>' in menu
    await shelf.grant("lea", "workshop", LENS)
    assert 'class="group places"' not in (await (await shelf.login("lea")).get("/")).text


async def test_sentences_that_no_page_has_shown_never_fill_the_cookie(shelf: ServiceClient) -> None:
    """A browser takes no cookie of more than 4,096 bytes, and would go on with the one from before."""
    person = await shelf.login("lea")
    token = token_in(await person.get("/shelf"))
    for number in range(60):
        form = {"csrf_token": token, "label": f"FIL-{number}-{'x' * 40}", "weight": "1"}
        kept = await person.post("/shelf", data=form, follow_redirects=False)
        assert kept.status_code == 303, kept.text
        assert len(kept.headers["set-cookie"]) < 4_096
    assert "FIL-59-" in (await person.get("/shelf")).text
