"""While fewer than five people have a device of a donation, a page without a login tells nothing to count them by."""

import html
import re
from collections import Counter
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import httpx
import pytest
from collect.devices.few import ALIKE, REUSED, OfCategory, Reuse, alike
from collect.devices.repository import DeviceRepository
from collect.devices.schemas import FEWEST_PEOPLE, DeviceOut, ImpactOut, Thread, Work
from collect.devices.stage import Stage
from collect.devices.words import public_line_of
from collect.documents.job import digest
from collect.documents.papers.proof import to_share
from collect.donations.status import DonationStatus
from collect.screens.progress import beads
from filiere.calendar import now, today
from filiere.catalogue import Category
from filiere.database import EVERYBODY, Part
from filiere.documents.paper import Content
from filiere.testing.events import deliver
from filiere.testing.properties import examples
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from .chain import Chain, laptop
from .test_documents import bytes_of, issue, lived, stranger, text_of, work
from .test_pages import press
from .told_stories import STAGES, STORY, devices_of, told

END = [Stage.READY, Stage.RESERVED, Stage.DELIVERED, Stage.HANDED_OVER, Stage.WITHDRAWN, Stage.ERASED]
KINDS = ["laptop", "smartphone", "monitor"]
AT = now()
MADE = st.lists(st.tuples(st.sampled_from(KINDS), st.sampled_from(END)), max_size=12)


class _Given:
    status = DonationStatus.RECEIVED


def device(place: int, kind: str, stage: Stage) -> DeviceOut:
    nothing: dict[str, Any] = {name: None for name, one in DeviceOut.model_fields.items() if one.is_required()}
    known = {
        "id": UUID(int=place),
        "donation_id": UUID(int=0),
        "label": f"FIL-{place}",
        "category": kind,
        "stage": stage,
        "model": f"Modèle {place}",
        "created_at": AT,
        "erased_at": AT,
        "territory": "59",
        "how": "given",
        "public_body": False,
        "erasures": [],
        "failures": [],
    }
    return DeviceOut(**nothing | known)


def shown(made: list[tuple[str, Stage]]) -> list[Any]:
    """All that the page says of them."""
    devices = [device(place, kind, stage) for place, (kind, stage) in enumerate(made)]
    promised = {Stage.RESERVED, Stage.SHIPPED, Stage.DELIVERED, Stage.HANDED_OVER}
    thread = Thread(
        **dict.fromkeys(("declared", "accepted", "collected", "erased", "wiped", "tested"), len(devices)),
        ready=sum(one.stage in REUSED for one in devices),
        reserved=sum(one.stage in promised for one in devices),
        handed_over=sum(one.stage is Stage.HANDED_OVER for one in devices),
        missing=0,
        withdrawn=sum(one.stage is Stage.WITHDRAWN for one in devices),
    )
    few = Reuse.of(devices)
    lines = [public_line_of(one, ()) for one in devices]
    told = [alike(one, ALIKE) if one.category in few.hidden else one for one in lines]
    words = [(one.category, one.model, one.label, one.stage, one.status_fr, one.why) for one in told]
    return [beads(_Given(), thread, few if few.hidden else None), words, told_impact(devices)]  # type: ignore[arg-type]


def told_impact(devices: list[DeviceOut]) -> ImpactOut | None:
    """As `impact_of_donation` makes it for whoever has the link."""
    hidden = Reuse.of(devices).hidden
    handed = Counter(one.category for one in devices if one.stage is Stage.HANDED_OVER and one.category not in hidden)
    reused = {Category(category): count for category, count in handed.items()}
    worked = [one for one in devices if one.stage in REUSED and one.category not in hidden]
    return ImpactOut.of(reused, today(), Work(30 * len(worked), len(worked))) if reused else None


def paper(made: list[tuple[str, Stage]]) -> Content | None:
    """The proof that a link opens while they are few."""
    devices = [device(place, kind, stage) for place, (kind, stage) in enumerate(made)]
    promised = {Stage.RESERVED, Stage.SHIPPED, Stage.DELIVERED, Stage.HANDED_OVER}
    days = dict.fromkeys(("submitted_at", "answered_at", "collected_at", "received_at"))
    donation = SimpleNamespace(reference="2026-0001", public_body=False, **days)
    facts = SimpleNamespace(
        donation=donation,
        donor=SimpleNamespace(name="Volta", siren="443061841"),
        lots=(),
        devices=devices,
        impact=SimpleNamespace(co2e_kg=len(devices)),
        told_impact=told_impact(devices),
        thread=Thread(
            **dict.fromkeys(("declared", "accepted", "collected", "erased", "wiped", "tested"), len(devices)),
            ready=sum(one.stage in REUSED for one in devices),
            reserved=sum(one.stage in promised for one in devices),
            handed_over=sum(one.stage is Stage.HANDED_OVER for one in devices),
            missing=0,
            withdrawn=sum(one.stage is Stage.WITHDRAWN for one in devices),
        ),
    )
    few = Reuse.of(devices)
    return to_share(facts, few) if few.hidden else None  # type: ignore[arg-type]


def people(made: list[tuple[str, Stage]]) -> int:
    return sum(kind != "monitor" and stage is Stage.HANDED_OVER for kind, stage in made)


@given(MADE)
@settings(max_examples=examples(200))
def test_fewer_than_five_cannot_be_told_from_one_fewer(made: list[tuple[str, Stage]]) -> None:
    """One device less handed over, delivered only: the page is the same, so nobody can count, nor by difference."""
    handed = [place for place, (_, stage) in enumerate(made) if stage is Stage.HANDED_OVER]
    if 0 < len(handed) < FEWEST_PEOPLE:
        other = list(made)
        other[handed[0]] = (made[handed[0]][0], Stage.DELIVERED)
        assert shown(other) == shown(made)
        assert (found := paper(made)) is not None
        assert digest(found) == digest(paper(other) or found)
        assert paper(other) is not None
    if 0 < people(made) < FEWEST_PEOPLE:
        place = next(place for place in handed if made[place][0] != "monitor")
        other = list(made)
        other[place] = (made[place][0], Stage.DELIVERED)
        mine, others = shown(made), shown(other)
        assert mine[1:] == others[1:]
        # Of all that were handed over no more is told than whether they are five.
        assert mine[0][-1].value in ("moins de 5", "5 ou plus")


@given(MADE, st.lists(st.sampled_from(KINDS), min_size=FEWEST_PEOPLE, max_size=24))
@settings(max_examples=examples(200))
def test_five_people_and_more_are_told_as_they_are_but_for_categories_of_fewer(
    made: list[tuple[str, Stage]], more: list[str]
) -> None:
    made = [*made, *((kind, Stage.HANDED_OVER) for kind in more)]
    handed = Counter(kind for kind, stage in made if stage is Stage.HANDED_OVER)
    present = {kind for kind, stage in made if stage in REUSED}
    few = {kind for kind in present if handed[kind] < FEWEST_PEOPLE}
    if not few and people(made) >= FEWEST_PEOPLE:
        assert shown(made)[0][-1].value == handed.total()
        assert paper(made) is None, "the donor's own is opened"
    elif people(made) >= FEWEST_PEOPLE:
        told = sum(handed[kind] for kind in present - few)
        assert shown(made)[0][-1].value == (f"{told} ou plus" if told else "5 ou plus")


@given(MADE, st.lists(st.sampled_from(KINDS), min_size=FEWEST_PEOPLE, max_size=24))
@settings(max_examples=examples(200))
def test_a_category_of_fewer_than_five_cannot_be_told_from_one_fewer(
    made: list[tuple[str, Stage]], more: list[str]
) -> None:
    """However many people the others equip: page and paper are the same with one device of it less handed over, so no
    difference of two figures tells; but for whether all of them together are five, where no category is told."""
    made = [*made, *((kind, Stage.HANDED_OVER) for kind in more)]
    handed = Counter(kind for kind, stage in made if stage is Stage.HANDED_OVER)
    present = {kind for kind, stage in made if stage in REUSED}
    for kind in sorted(present):
        if not 0 < handed[kind] < FEWEST_PEOPLE:
            continue
        place = made.index((kind, Stage.HANDED_OVER))
        other = [*made[:place], (kind, Stage.DELIVERED), *made[place + 1 :]]
        if people(other) < FEWEST_PEOPLE <= people(made) or (sum(handed.values()) == FEWEST_PEOPLE):
            continue  # what is told changes for all, as above
        assert shown(other) == shown(made)
        mine, others = paper(made), paper(other)
        assert mine is not None
        assert others is not None
        assert digest(mine) == digest(others)


@given(st.data(), MADE, st.lists(st.sampled_from(KINDS), max_size=24))
@settings(max_examples=examples(300))
def test_nothing_that_is_shown_tells_what_became_of_a_hidden_device(
    data: st.DataObject, made: list[tuple[str, Stage]], more: list[str]
) -> None:
    """Whatever any of them became from ready on, in stock, promised or handed over: every figure stays as it is, so
    no difference of two of them tells, nor bounds, a hidden one."""
    made = [*made, *((kind, Stage.HANDED_OVER) for kind in more)]
    few = Reuse.of(device(place, *one) for place, one in enumerate(made))
    ends = st.sampled_from(sorted(REUSED))
    other = [(kind, data.draw(ends) if kind in few.hidden and stage in REUSED else stage) for kind, stage in made]
    others = Reuse.of(device(place, *one) for place, one in enumerate(other))
    # Which are hidden, and whether all of them are five, is said.
    assume((others.hidden, others.is_few, others.told or others.said) == (few.hidden, few.is_few, few.told or few.said))
    assert shown(other) == shown(made)
    mine, theirs = paper(made), paper(other)
    assert (mine and digest(mine)) == (theirs and digest(theirs))


async def test_a_category_that_few_have_is_in_no_sum_of_the_page_nor_of_a_paper(chain: Chain, tmp_path: Path) -> None:
    phone = {"category": "smartphone", "model": "Galaxy A52", "year": 2021, "quantity": 2}
    donation = await lived(chain, laptop(quantity=6), phone)
    for one in await devices_of(chain, donation["id"]):
        minutes = 60 if one["category"] == "laptop" else 25
        worked = {"device_id": one["id"], "work_minutes": minutes}
        await chain.hear("refurbish.devices", "device-ready", one["id"], **worked)
    await issue(chain, donation["id"], "impact")
    seen, papers = await _behind_the_link(chain, donation, tmp_path)
    seen = html.unescape(seen).replace("\u00a0", " ")
    assert "<b>6 ou plus</b>remis" in seen
    assert "attribués</" not in seen, "as many as were handed over: then none of the two is promised"
    assert "Travail d'insertion : 6 h 00, mesuré par l'atelier sur 6 équipements" in seen
    assert "aucun total ne les compte" in seen
    assert "pour 6 équipements réemployés" in seen
    assert "6 personnes équipées" in seen
    assert seen.count("réemployé : prêt, attribué ou remis") == 2
    assert "2 smartphones" not in seen
    [said] = [text for text in papers.values() if "Preuve du don, version à partager" in text]
    assert len([text for text in papers.values() if "Bilan d'impact" in text]) == 0
    assert "6 ou plus" in said
    assert "aucun total ne les compte" in " ".join(said.split())
    own = text_of(await bytes_of(chain, await issue(chain, donation["id"])), tmp_path)
    assert "version à partager" not in own


@pytest.mark.parametrize(("quantity", "said"), [(1, "moins de 5"), (4, "moins de 5"), (5, "5")])
async def test_a_stranger_reads_fewer_than_five_in_words(chain: Chain, quantity: int, said: str) -> None:
    donation = await lived(chain, laptop(quantity=quantity))
    browser = await chain.client.login("camille")
    home = f"/dons/{donation['id']}"
    page = await press(browser, home, f"{home}/preuve", {})
    address = httpx.URL(re.search(r'value="([^"]+/preuve/[^"]+)"', page.text)[1])  # type: ignore[index]
    async with stranger(chain) as anybody:
        seen = (await anybody.get(address.path)).text
    assert f"<b>{said}</b>remis" in seen
    assert ("Distribué" in seen) is (quantity >= 5)
    assert ("kg CO2e évités" in seen) is (quantity >= 5)
    assert ("prêt, attribué ou remis" in seen) is (quantity < 5)
    own = (await browser.get(home)).text
    assert f"<b>{quantity}</b>remis" in own, "its donor reads how many"


async def test_the_database_counts_what_the_pages_go_by(chain: Chain) -> None:
    donation, _ = await chain.sent(laptop(quantity=3), {"category": "monitor", "model": "P2214H", "quantity": 3})
    for place, device in enumerate(await devices_of(chain, donation["id"])):
        steps = (len(STORY), len(STORY) - 1, STAGES.index("tested") + 1)[place % 3]
        await deliver(chain.database, chain.service, [told(device["id"], step) for step in range(steps)])
    async with chain.database.read() as session:
        devices = DeviceRepository.from_session(session)
        found = await devices.listing(EVERYBODY, donation_id=UUID(donation["id"]), part=Part(10))
        made = Reuse((OfCategory("laptop", 2, 1), OfCategory("monitor", 2, 1)))
        assert await devices.reuse(EVERYBODY, UUID(donation["id"])) == Reuse.of(found.rows) == made


async def _behind_the_link(chain: Chain, donation: dict[str, Any], folder: Path) -> tuple[str, dict[str, str]]:
    """What a stranger reads: the page, and each paper that it opens by its number."""
    browser = await chain.client.login("camille")
    home = f"/dons/{donation['id']}"
    page = await press(browser, home, f"{home}/preuve", {})
    await work(chain)
    address = httpx.URL(re.search(r'value="([^"]+/preuve/[^"]+)"', page.text)[1])  # type: ignore[index]
    async with stranger(chain) as anybody:
        seen = (await anybody.get(address.path)).text
        papers = {}
        for number in re.findall(rf'href="{address.path}/([^"]+)\.pdf"', seen):
            answer = await anybody.get(f"{address.path}/{number}.pdf")
            assert answer.status_code == 200
            papers[number] = text_of(answer.content, folder)
        own = (await chain.get(f"/donations/{donation['id']}/documents"))[0]["newest"]
        if own["number"] not in papers:
            assert (await anybody.get(f"{address.path}/{own['number']}.pdf")).status_code == 404
    return seen, papers


async def test_a_certificate_behind_a_link_does_not_lead_to_where_few_devices_are(chain: Chain, tmp_path: Path) -> None:
    """By its label anybody reads on its public sheet that a device was handed over, and so counts them."""
    phone = {"category": "smartphone", "model": "Galaxy A52", "year": 2021, "quantity": 2}
    donation = await lived(chain, laptop(quantity=6), phone)
    await issue(chain, donation["id"], "erasure")
    _, papers = await _behind_the_link(chain, donation, tmp_path)
    [said] = [text for text in papers.values() if "Certificat d'effacement, version à partager" in text]
    devices = (await chain.get(f"/donations/{donation['id']}/devices"))["items"]
    for one in devices:
        for text in papers.values():
            assert (one["label"] in text) is (one["category"] == "laptop"), text
    assert said.count("Galaxy") == 2, "each is still told to be wiped"


@pytest.mark.parametrize("quantity", [1, 4])
async def test_no_paper_that_a_link_opens_counts_fewer_than_five(chain: Chain, tmp_path: Path, quantity: int) -> None:
    donation = await lived(chain, laptop(quantity=quantity))
    await issue(chain, donation["id"], "impact")
    await issue(chain, donation["id"], "erasure")
    _, papers = await _behind_the_link(chain, donation, tmp_path)
    [said] = [text for text in papers.values() if "Preuve du don, version à partager" in text]
    assert "moins de 5" in said
    assert all(word in said for word in ("réemployé", "prêt", "attribué")), "in a narrow column, word below word"
    devices = (await chain.get(f"/donations/{donation['id']}/devices"))["items"]
    for text in papers.values():
        assert "solidaire" not in text
        assert "CO2e évités" not in text
        assert "Bilan d'impact" not in text
        assert not any(one["label"] in text for one in devices)
    # The donor's own says all, is another paper with another number, and stays the same when asked for again.
    own = await issue(chain, donation["id"])
    exact = text_of(await bytes_of(chain, own), tmp_path)
    assert own["number"] not in papers
    assert "CO2e évités" in exact
    assert "version à partager" not in exact
    _, again = await _behind_the_link(chain, donation, tmp_path)
    assert again == papers


async def test_from_five_on_a_link_opens_the_donors_own_paper(chain: Chain, tmp_path: Path) -> None:
    donation = await lived(chain, laptop(quantity=5))
    await issue(chain, donation["id"], "impact")
    _, papers = await _behind_the_link(chain, donation, tmp_path)
    own = await issue(chain, donation["id"])
    assert own["number"] in papers
    assert len(papers) == 2, "the report of impact too"
    assert "version à partager" not in papers[own["number"]]


async def test_what_counted_few_on_its_day_stays_closed_when_there_are_more(chain: Chain, tmp_path: Path) -> None:
    """Asked for when one was handed over, of a donation of which six are today."""
    donation, _ = await chain.sent(laptop(quantity=6))
    devices = await devices_of(chain, donation["id"])
    for step in range(len(STORY)):
        await deliver(chain.database, chain.service, [told(devices[0]["id"], step)])
    few = await issue(chain, donation["id"], "impact")
    for step in range(len(STORY)):
        await deliver(chain.database, chain.service, [told(one["id"], step) for one in devices[1:]])
    seen, papers = await _behind_the_link(chain, donation, tmp_path)
    assert "<b>6</b>remis" in seen
    assert few["number"] not in papers
