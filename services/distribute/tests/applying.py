"""Somebody who applies to be a Relais, without an account, for the tests of it."""

import html
import re
from typing import Any
from uuid import UUID

import httpx
from distribute.applications.diagnosis import diagnosis_on
from distribute.news.kinds import CHECK_LINK
from filiere.calendar import today
from filiere.links.tokens import LinkSigner

from .conftest import World
from .test_pages import submit, words

SIRET = "55210055400013"


WHO = {
    "name": "CCAS de Florac",
    "number": SIRET,
    "contact_name": "Nadia Ferhat",
    "contact_email": "nadia@ccas.example",
}


PLACE = {"address": "2 rue du Pont", "postcode": "48400", "city": "Florac", "legal_form": "public_body"}


PEOPLE: Any = {"publics": ["seniors", "familles"], "people_supported": "60", "volunteers": "0", "may_sell": "false"}


ANSWERS = {
    "hosting": "flats",
    "wifi": "few",
    "staff_time": "some",
    "helpers": "no",
    "asked_for": "papers",
    "sell_or_give": "give",
    "outreach": "no",
    "own_machines": "fine",
}


NEEDS = {"smartphone": "3", "laptop": "3"}


class Applicant:
    """Somebody with a browser and a letter box, and no account."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.browser: httpx.AsyncClient = world.client.anonymous()
        self.browser.follow_redirects = True
        self.address = ""

    async def begin(self, **given: str) -> httpx.Response:
        answer = await submit(self.browser, "/devenir-relais", **{**WHO, **given})
        self.address = "/".join(answer.url.path.split("/")[:3])
        return answer

    async def fill(self) -> httpx.Response:
        for step, said in (
            ("lieu", PLACE),
            ("publics", PEOPLE),
            ("diagnostic", await self.answers()),
            ("besoins", NEEDS),
        ):
            answer = await submit(self.browser, f"{self.address}/{step}", **said)
            assert answer.status_code == 200, words(answer)
        return answer

    async def answers(self, **given: str) -> dict[str, str]:
        """To the questions of the day, as their page asks them."""
        version = diagnosis_on(today())
        said = {**ANSWERS, **given}
        fields = {f"q{number}": said[one.id] for number, one in enumerate(version.questions, 1)}
        return {"version": version.name, **fields}

    async def press(self, what: str, **said: Any) -> httpx.Response:
        return await submit(self.browser, self.address, f"{self.address}/{what}", **said)

    async def confirm(self) -> httpx.Response:
        link = f"/candidature/confirmer/{await self.letter()}"
        return await submit(self.browser, link)

    async def letter(self) -> str:
        """What stands in the newest letter to confirm."""
        (mail, *_) = await self.world.rows("SELECT page FROM mail WHERE kind = 'application-check' ORDER BY id DESC")
        signer = LinkSigner(self.world.client.settings, "distribute", CHECK_LINK)
        return signer.token(id_of(mail["page"]))

    async def apply(self, **given: str) -> httpx.Response:
        await self.begin(**given)
        await self.fill()
        await self.confirm()
        return await self.press("envoyer")


async def seen(browser: httpx.AsyncClient, page: str) -> str:
    """What its form says of the application that is read; a moment of its own where it is answered."""
    found = re.search(r'name="seen" value="([^"]+)"', (await browser.get(page)).text)
    return html.unescape(found[1]) if found else "2026-01-01T00:00:00+00:00"


def id_of(page: str) -> UUID:
    return UUID(page.rpartition("/")[2])


async def statuses(world: World) -> list[str]:
    return [row["status"] for row in await world.rows("SELECT status FROM application ORDER BY id")]
