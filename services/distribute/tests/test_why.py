"""Why a line has what it has: kept as values beside the French sentence, and read in the reader's language."""

import json
import re
from itertools import product
from pathlib import Path

import distribute
from distribute import why as reasons
from distribute.engine import Binding
from distribute.engine.sentences import FRENCH, Facts, Words
from distribute.why import Changed, Computed, Ending, TakenBack, read, reason_in_french, say
from filiere.catalogue import Category
from filiere.web.i18n import Catalogue, read_catalogue
from hypothesis import given
from hypothesis import strategies as st

from .conftest import World
from .test_approval import approve, propose
from .test_pages import words

LOCALES = Path(distribute.__file__).parent / "locales"
SAID = (
    reasons.DECISION, reasons.LOWER_GRADE, reasons.AND, reasons.WITHDRAWN_WITHOUT_A_WORD,
    reasons.RECALLED_WITHOUT_A_WORD, *reasons.CHANGED.values(),
    *reasons.ENDINGS.values(),
)  # fmt: skip
TABLET = {"category": "tablet", "quantity": 4, "min_grade": "B"}
counts = st.integers(0, 2000)
facts = st.builds(
    Facts,
    st.sampled_from(Binding),
    substitutes=counts, before=counts, after=counts, received=counts, level=counts, devices=counts, wanted=counts,
    relais=counts,
)  # fmt: skip
computed = st.builds(
    Computed,
    facts=facts,
    decision=st.none() | st.text("Une famille attend {}%«».", min_size=3),
    free=st.lists(st.tuples(st.sampled_from([*Category, "lower"]), st.integers(1, 90)), max_size=3).map(tuple),
    changed=st.none() | st.sampled_from(Changed),
    gone=st.integers(1, 9),
)
taken_back = st.builds(TakenBack, ending=st.sampled_from(Ending), detail=st.text("Écran {} fendu", max_size=20))


@given(computed | taken_back)
def test_a_reason_is_kept_whole_and_can_be_said(why: Computed | TakenBack) -> None:
    assert read(json.loads(why.model_dump_json())) == why
    said = say(why)
    assert said[0].isupper() or said[0].isdigit()
    assert "None" not in said


def test_each_sentence_has_its_english_with_the_same_numbers() -> None:
    catalogue = read_catalogue(LOCALES / "en.po")
    for french in SAID:
        english = catalogue[french]
        assert isinstance(english, str)
        assert set(re.findall(r"{\w+}", english)) == set(re.findall(r"{\w+}", french)), french
    for singular, _ in (reasons.FREE, reasons.GONE):
        assert len(catalogue[singular]) == 2


def test_what_is_free_is_listed_in_either_language() -> None:
    english = Catalogue([LOCALES])
    none = Facts(Binding.NOTHING_READY, *(0,) * 8)
    for lower, laptop in product((0, 1, 2), repeat=2):
        free = tuple((what, count) for what, count in (("lower", lower), (Category.LAPTOP, laptop)) if count)
        why = Computed(facts=none, free=free)
        said, told = say(why), say(why, Words(english.gettext, english.ngettext), lambda what, n: f"{n} × {what.value}")
        listed = said.removeprefix("Aucun équipement qui convient à cette ligne n'est prêt.")
        assert listed.count("disponible") == told.count("available") == bool(free)
        assert ("sont" in listed) == ("are" in told) == (lower + laptop > 1)
    assert listed == " 2 de catégorie inférieure et 2 ordinateurs portables sont disponibles."
    assert told.endswith("2 of a lower grade and 2 × laptop are available.")


async def test_whoever_reads_english_reads_the_reason_in_english(world: World) -> None:
    relais = await world.relais()
    order = await world.order(relais, TABLET)
    await world.ready(2, category="desktop")
    await world.ready(1)
    await world.ready(3, grade="D")
    run = await world.allocate()
    (line,) = (await world.read(relais["client"], f"/orders/{order['id']}"))["lines"]
    why = read(line["why"])
    assert why is not None
    assert say(why, FRENCH) == line["reason"] == run["results"][0]["reason"]
    assert run["results"][0]["why"] == line["why"]
    assert line["why"]["facts"]["binding"] == "shared"
    assert (line["why"]["facts"]["devices"], line["why"]["facts"]["wanted"]) == (1, 4)
    assert line["why"]["free"] == [["lower", 3]]

    browser = await world.client.login(relais["subject"])
    page = words(await browser.get(f"/commandes/{order['id']}", params={"lang": "en"}))
    assert (
        "1 ready device suits this line, for 4 asked for. This Relais had received 0% of what it asked for; now it has"
        " 25%." in page
    )
    assert "3 of a lower grade are available." in page
    for address in (f"/attributions/{run['id']}", f"/attributions/propositions/{run['proposal_id']}"):
        coordinator = await world.client.login("camille")
        assert "1 ready device suits" in words(await coordinator.get(address, params={"lang": "en"}))
        assert "1 équipement prêt convient" in words(await coordinator.get(address, params={"lang": "fr"}))


async def test_a_promise_taken_back_says_why_in_either_language(world: World) -> None:
    relais = await world.relais()
    order = await world.order(relais, TABLET)
    (device, _) = await world.ready(2)
    run = await approve(world, await propose(world))
    browser = await world.client.login(relais["subject"])

    async def english() -> str:
        return words(await browser.get(f"/commandes/{order['id']}", params={"lang": "en"}))

    await world.deliver(world.withdrawn_event(device))
    assert "The workshop withdrew the device: Écran fendu." in await english()
    await world.call(world.coordinator, f"/allocations/{run['id']}/undo")
    assert f"Allocation no. {run['number']} was undone by the coordination." in await english()
    await world.call(relais["client"], f"/orders/{order['id']}/cancel")
    assert re.search(r"Cancelled on [\w ,]+ by the Relais\.", await english())


async def test_reasons_from_before_they_were_kept_as_values_are_read_in_french(world: World) -> None:
    relais = await world.relais()
    order = await world.order(relais, TABLET)
    await world.allocate()
    await world.rows("UPDATE order_line SET why = NULL")
    browser = await world.client.login(relais["subject"])
    page = words(await browser.get(f"/commandes/{order['id']}", params={"lang": "en"}))
    assert "Aucun équipement qui convient à cette ligne n'est prêt." in page


@given(computed, st.text("Zoé Martin", min_size=12))
def test_what_events_tell_holds_no_word_that_somebody_typed(why: Computed, typed: str) -> None:
    typed = f"«{typed}»"
    assert typed not in reason_in_french(why.model_copy(update={"decision": typed}))
    assert typed not in reason_in_french(TakenBack(ending=Ending.WITHDRAWN, detail=typed))
    if why.decision is None:
        assert reason_in_french(why) == say(why)
