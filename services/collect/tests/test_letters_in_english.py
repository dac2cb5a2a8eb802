"""Letters speak the language of their reader's last login; who never logged in reads French."""

import re
from datetime import timedelta
from pathlib import Path

import collect
import pytest
from collect.definition import service as COLLECT
from filiere.calendar import today
from filiere.mail import MailKind
from filiere.mail.composing import TEMPLATES as LETTERS
from filiere.mail.composing import english_twin
from filiere.mail.invitation import MEMBERSHIP
from filiere.settings import Settings
from filiere.testing.mail_server import mail_server
from filiere.testing.sql import rows, value
from filiere.web.i18n import WEB_LOCALES, Catalogue
from jinja2 import Environment, meta

from .chain import Chain, laptop
from .test_news import delivered, text

ROOT = Path(collect.__file__).parent
ENGLISH = Catalogue([WEB_LOCALES, ROOT / "locales"])
TEMPLATES = Environment(autoescape=True)
TEMPLATES.filters.update(dict.fromkeys(("day", "number", "tr"), str))
NADIA = "nadia@coordination.example"


@pytest.mark.parametrize("kind", COLLECT.mails, ids=lambda kind: str(kind.name))
def test_every_letter_has_an_english_twin_that_says_the_same_things(kind: MailKind) -> None:
    template, button = kind.template, kind.button
    folder = ROOT if kind not in MEMBERSHIP else LETTERS
    said, twin = (
        meta.find_undeclared_variables(TEMPLATES.parse((folder / name).read_text()))
        for name in (template, english_twin(template))
    )
    assert {name.removesuffix("_en") for name in twin} == said
    assert ENGLISH.gettext(button) != button
    assert not re.search(r"\b(don|équipement|votre|vous)\b", (folder / english_twin(template)).read_text())


async def test_each_reader_is_written_to_in_the_language_of_the_last_login(chain: Chain, settings: Settings) -> None:
    await chain.client.login(NADIA, **{"accept-language": "en-GB,en;q=0.9"})
    await chain.client.grant(NADIA, "coordinator")
    assert await value(chain.database, f"SELECT language FROM person WHERE subject = '{NADIA}'") == "en"
    async with mail_server() as server:
        donation = await chain.declare(laptop(serial="PF1A2B3C"), laptop(year=2005))
        (message,) = await delivered(chain, settings, server)
        assert message["subject"] == f"Donation {donation['reference']} to answer: 2 devices"
        said = text(message)
        assert "Read and answer:" in said
        assert "Hello," in said
        assert "Choose which mails you receive" in said
        for french in ("Bonjour", "équipement", "réponse", "Lire et répondre"):
            assert french not in said, french
        await chain.client.login(NADIA)  # a browser that asks for nothing: French
        await chain.declare(laptop(serial="PF1A2B3D"))
        (message,) = await delivered(chain, settings, server)
        assert message["subject"].endswith("à traiter : 1 équipement")


async def test_a_refusal_in_a_letter_is_said_in_english_and_a_contact_without_account_reads_french(
    chain: Chain, settings: Settings
) -> None:
    donor = "claire@exemple.fr"
    await chain.client.login(donor, **{"accept-language": "en"})
    await chain.client.grant(donor, "donor", chain.donor_id)
    async with mail_server() as server:
        donation = await chain.declare(laptop(serial="PF1A2B3C"), laptop(year=2005))
        await chain.do(f"/donations/{donation['id']}/accept")
        letters = {message["to"]: message for message in await delivered(chain, settings, server)}
        assert "Too old: laptop of 2005" in text(letters[donor])
        assert "Trop ancien : ordinateur portable de 2005" in text(letters["camille@exemple.fr"])
        day = today() + timedelta(days=9)
        await chain.do(f"/donations/{donation['id']}/pickup", {"on": day.isoformat(), "word": "Convenu."})
        letters = {message["to"]: message for message in await delivered(chain, settings, server)}
        assert re.search(rf"takes place on \w+day {day.day} \w+ {day.year}", text(letters[donor]))
        assert "What to prepare:" in text(letters[donor])
        assert "équipement" not in text(letters[donor])
        assert "Ce qu'il faut préparer" in text(letters["camille@exemple.fr"])


async def test_a_person_of_the_release_before_reads_french(chain: Chain, settings: Settings) -> None:
    await chain.client.login(NADIA, **{"accept-language": "en"})
    await chain.client.grant(NADIA, "coordinator")
    await rows(chain.database, "UPDATE person SET language = NULL")
    async with mail_server() as server:
        await chain.declare(laptop())
        (message,) = await delivered(chain, settings, server)
        assert message["subject"].startswith("Don ")
