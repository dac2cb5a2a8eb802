"""One week of a Relais, through its pages and in one go: each day begins where the person begins, and presses only what
the page before tells them to press."""

import html
import re
from typing import Any, Self

import httpx
import pytest
from filiere.catalogue import euros

from .conftest import World
from .debts import owing, tomorrow
from .test_pages import computed, hidden, words

pytestmark = pytest.mark.slow


class Person:
    """Somebody at a browser, without script: they read a page, follow what it links and press what it offers."""

    def __init__(self, browser: httpx.AsyncClient) -> None:
        self._browser = browser
        self.page = httpx.Response(0)

    @classmethod
    async def at_home(cls, world: World, subject: str) -> Self:
        """Logs in, and is on the start page."""
        found = cls(await world.client.login(subject))
        await found.open("/")
        return found

    async def open(self, address: str) -> None:
        self.page = await self._browser.get(address)
        assert self.page.status_code == 200, (address, self.text)

    async def follow(self, link: str) -> None:
        """The first link that reads so."""
        links = re.findall(r'<a\b[^>]*href="([^"]+)"[^>]*>(.*?)</a>', self.page.text, re.DOTALL)
        said = {" ".join(html.unescape(re.sub("<[^>]+>", " ", text)).split()): href for href, text in reversed(links)}
        fitting = [href for text, href in said.items() if link in text.replace("\u00a0", " ")]
        assert fitting, (link, list(said))
        await self.open(html.unescape(fitting[-1]))

    async def press(self, action: str, status: int = 200, **typed: Any) -> None:
        """The button of the page that leads there, with what its form holds hidden and what is typed into it.

        "" is the form that leads to its own page.
        """
        forms = [one for one in re.findall(r"<form\b.*?</form>", self.page.text, re.DOTALL) if 'method="post"' in one]
        offered = {html.unescape(one) for form in forms for one in re.findall(r'\b(?:form)?action="([^"]+)"', form)}
        if action:
            fitting = [one for one in offered if re.fullmatch(action, one)]
            assert len(fitting) == 1, f"{self.page.url} leads not once to {action}: {offered}, {self.text}"
            (address,) = fitting
            (form, *_) = [one for one in forms if f'action="{html.escape(address)}"' in one]
        else:
            address, (form, *_) = str(self.page.url), [one for one in forms if "action=" not in one.partition(">")[0]]
        held = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', form)
        fields = {name: html.unescape(value) for name, value in held} | typed
        self.page = await self._browser.post(address, data={**fields, "csrf_token": hidden(self.page.text)})
        assert self.page.status_code == status, self.text

    @property
    def text(self) -> str:
        return words(self.page)

    def reads(self, *sentences: str) -> None:
        missing = [one for one in sentences if one not in self.text]
        assert not missing, f"{self.page.url} does not say {missing}: {self.text}"


@pytest.mark.timeout(300)
async def test_a_week_of_a_relais(world: World) -> None:
    relais = await owing(world, percent=50, name="La Fabrique")
    await world.ready(4)

    # Monday: two clicks from the start page to an order, which the coordination answers for less.
    awa = await Person.at_home(world, relais["subject"])
    awa.reads("Rien à faire pour l'instant.", "Commander")
    await awa.follow("Commander")
    awa.reads("Tablettes de 0 à 90 € 4 disponibles")
    wish: dict[str, Any] = {"tablet": "10", "tablet-grade": "D", "public": "seniors"}
    await awa.press("/commander", **wish)
    awa.reads("La coordination doit d'abord approuver", "10 équipements")
    order = awa.page.url.path

    camille = await Person.at_home(world, "camille")
    camille.reads("1 commande à approuver")
    await camille.follow("commande à approuver")
    await camille.follow("R-1")
    await camille.press(f"{order}/approuver")
    await computed(world)  # a worker's part
    await camille.open("/")
    camille.reads("1 proposition d'attribution à approuver")
    await camille.follow("proposition d'attribution à approuver")
    await camille.follow("n° 1")
    camille.reads("4 équipements proposés sur 10 demandés")
    await camille.press(".*/approuver")
    camille.reads("Attribution n° 1 faite.")
    await camille.open(order)
    await camille.press("/envois")
    await camille.press(".*/expedier")
    camille.reads("est parti")

    await awa.open("/")
    awa.reads("1 colis arrive", "6 en attente")
    await awa.follow("R-1")
    awa.reads("4 équipements prêts conviennent à cette ligne, pour 10 demandés")

    labels = sorted(row["label"] for row in await world.rows("SELECT label FROM stock_item"))
    good, other, broken, gone = labels
    with tomorrow():
        # Tuesday: three devices of four are in the parcel, one of them broken.
        awa = await Person.at_home(world, relais["subject"])
        await awa.follow("Recevoir un colis")
        awa.reads("4 appareils sont en route vers vous. Dans 1 colis.")
        for label in (good, other):
            await awa.press("/reception", label=label)
            awa.reads("1 équipement reçu")
        await awa.press("/envois/.*/manquants", label=gone)
        awa.reads("Signalé manquant : la coordination le cherche.")
        await awa.follow(f"Abîmé ou pas le bon : {broken}")
        await awa.press("", kind="damaged")
        awa.reads("Mettez l'appareil de côté, il repart à l'atelier. Un autre est cherché pour vous.")
        await awa.open("/")
        awa.reads("2 équipements à remettre", "7 en attente")

        camille = await Person.at_home(world, "camille")
        camille.reads("1 signalement à régler", "1 équipement qui repart à son atelier")
        await camille.follow("signalement à régler")
        await camille.press("/signalements/.*/regler", outcome="lost")
        await camille.open("/")
        assert "signalement à régler" not in camille.text
    with tomorrow(2):
        # Wednesday: what became ready since is shared out, and arrives.
        await world.ready(2)
        await computed(world)
        camille = await Person.at_home(world, "camille")
        await camille.follow("proposition d'attribution à approuver")
        await camille.follow("n° 2")
        await camille.press(".*/approuver")
        await camille.open(order)
        await camille.press("/envois")
        await camille.press(".*/expedier")
        awa = await Person.at_home(world, relais["subject"])
        awa.reads("1 colis arrive")
        await awa.follow("Recevoir un colis")
        later = [row["label"] for row in await world.rows("SELECT label FROM stock_item WHERE status = 'shipped'")]
        for label in later:
            await awa.press("/reception", label=label)
        awa.reads("Tout est arrivé.")
    lent, spare = sorted(later)
    with tomorrow(3):
        # Thursday: one is sold, one is given, one goes out with the street team.
        awa = await Person.at_home(world, relais["subject"])
        awa.reads("4 équipements à remettre")
        await awa.follow("Ouvrir la caisse")
        await awa.press("/caisse", label=good)
        awa.reads("Palier")
        await awa.press("/caisse/panier/remettre", tier="solidary", means="cash", person_alias="A-17", public="seniors")
        awa.reads("Garantie : 2 ans")
        await awa.open("/caisse")
        await awa.press("/caisse", label=other)
        await awa.press("/caisse/panier/remettre", tier="gift")
        awa.reads("Reçu")
        await awa.open("/")
        await awa.follow("Prêts")
        await awa.press("", kind="street", place="Maraude du jeudi", labels=lent)
        awa.reads("Au retour, dites ici ce qui revient et ce qui est donné.")
    with tomorrow(4):
        # Friday: what went out comes back, and what was sold too: its battery is dead, it is swapped under guarantee.
        awa = await Person.at_home(world, relais["subject"])
        await awa.follow("Prêts")
        await awa.follow("Maraude du jeudi")
        (device,) = await world.rows(f"SELECT device_id::text FROM stock_item WHERE label = '{lent}'")
        await awa.press(".*/regler", returned=device["device_id"])
        awa.reads("Tout est réglé.")
        await awa.follow("SAV")
        await awa.press("/sav/chercher", code=good)
        awa.reads("Sous garantie jusqu'au")
        await awa.press("", fault="battery", way="swap", replacement=spare)
        awa.reads("C'est échangé. Donnez le nouveau reçu, et renvoyez l'équipement en panne à son atelier.")
    (price,) = [row["base_cents"] for row in await world.rows("SELECT base_cents FROM due")]
    with tomorrow(5):
        # Saturday: the till is counted and closed, the days before with it.
        awa = await Person.at_home(world, relais["subject"])
        await awa.follow("Caisse")
        await awa.follow("Clôtures")
        await awa.press("/caisse/cloture", status=422, counted_cents="1")
        awa.reads("Recomptez, ou dites pourquoi.")
        await awa.press("/caisse/cloture", counted_cents=f"{price / 100:.2f}")
        awa.reads("Total perpétuel")
    with tomorrow(7):
        # The Monday after: half of the sale is owed, invoiced, and read by the Relais.
        camille = await Person.at_home(world, "camille")
        await camille.open(f"/relais/{relais['id']}/releve")
        saturday = await world.rows("SELECT max(day)::text AS day FROM due")
        await camille.press(".*/facturer", last=saturday[0]["day"])
        camille.reads("est faite")
        awa = await Person.at_home(world, relais["subject"])
        await awa.follow("Ma structure")
        await awa.follow("Relevé")
        owed = euros((price + 1) // 2).replace("\u00a0", " ")
        awa.reads(f"{owed} à payer au réseau en tout", "La Fabrique")
        await awa.follow("-0001")
        awa.reads(owed)
        await awa.open(f"{awa.page.url.path}/facture.pdf")
        assert awa.page.headers["content-type"] == "application/pdf"
    assert await world.statuses() == {"handed_over": 2, "delivered": 1, "returning": 2, "lost": 1}
