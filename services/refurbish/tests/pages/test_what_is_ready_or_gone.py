"""A device that is ready or has left: no form that would be refused, no wish to be first, and the word people know."""

import pytest
from filiere.catalogue.statuses import ShownStatus
from filiere.testing.events import Published, incoming

from ..conftest import World
from ..recalls.test_asked_back import promised, said
from ..recalls.test_recalls import made_ready
from ..steering.test_steering import plain


async def test_a_ready_device_has_no_form_for_disks_but_why_and_the_way_back(world: World) -> None:
    device = await made_ready(world)
    browser = await world.browser()
    for address in ("supports", "supports?nature=none"):
        page = await browser.get(f"/equipements/{device}/{address}")
        assert page.status_code == 200
        assert "est déjà prêt. Reprends-le" in plain(page)
        assert f"/equipements/{device}/reprendre" in page.text
        assert 'name="serial"' not in page.text
        assert "Je confirme" not in page.text


async def test_nobody_is_told_to_work_first_on_what_is_ready(world: World) -> None:
    at_work, ready = await world.arrived(category="tablet"), await made_ready(world)
    category = (await world.get(f"/devices/{ready}"))["category"]
    for wanted in {"tablet", category}:
        await world.hears(wish(wanted))
    browser = await world.browser()
    first = "Celui-ci passe devant"
    assert first in plain(await browser.get(f"/equipements/{at_work}"))
    assert first not in plain(await browser.get(f"/equipements/{ready}"))


def wish(category: str) -> Published:
    waited = {"category": category, "grade": "D", "territory": "62", "wanted": 3}
    return incoming("distribute.demand", "org.filiere.distribute.demand-updated.v1", f"{category}-D-62", waited)


SHIPPED = ("device-shipped",)
RECEIVED = (*SHIPPED, "device-delivered")
WITH_SOMEBODY = (*RECEIVED, "device-handed-over")


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        (SHIPPED, ShownStatus.BEING_DELIVERED),
        (RECEIVED, ShownStatus.READY_TO_HAND_OVER),
        ((*RECEIVED, "device-lent"), ShownStatus.READY_TO_HAND_OVER),
        ((*RECEIVED, "device-lent", "device-loan-ended"), ShownStatus.READY_TO_HAND_OVER),
        (WITH_SOMEBODY, ShownStatus.HANDED_OVER),
        ((*RECEIVED, "device-lent", "device-loan-ended", "device-handed-over"), ShownStatus.HANDED_OVER),
        ((*WITH_SOMEBODY, "device-handover-undone"), ShownStatus.READY_TO_HAND_OVER),
        ((*WITH_SOMEBODY, "device-brought-back"), ShownStatus.AFTER_SALES),
        ((*SHIPPED, "device-reported"), ShownStatus.AFTER_SALES),
        ((*SHIPPED, "device-lost"), ShownStatus.BEING_DELIVERED),
    ],
)
@pytest.mark.parametrize("at_once", [False, True])
async def test_what_has_left_has_the_word_that_its_relais_shows(
    world: World, words: tuple[str, ...], shown: ShownStatus, at_once: bool
) -> None:
    device, _ = await promised(world)
    events = [said(word, device, fault="screen", problem="damaged") for word in words]
    if at_once:
        await world.hears(*events)
    else:
        for event in events:
            await world.hears(event)
    assert (await world.get(f"/devices/{device}"))["status"] == shown.value
    browser = await world.browser()
    assert shown.label_fr in plain(await browser.get(f"/equipements/{device}"))
    assert shown.label_fr in plain(await browser.get("/equipements"))
