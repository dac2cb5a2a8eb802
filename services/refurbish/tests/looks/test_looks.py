"""Sorting by looking: zone by zone, the worst decides, and it is filled into the grade."""

from filiere.catalogue.categories import Category
from filiere.catalogue.grades import Cosmetic
from filiere.testing.answers import found
from hypothesis import given
from hypothesis import strategies as st
from refurbish.looks.zones import REC, SEEN, next_zone, propose, zones_of

from ..conftest import World

LOOKS = st.sampled_from(list(Category)).flatmap(
    lambda category: st.tuples(
        st.just(category),
        st.dictionaries(st.sampled_from([one.zone for one in zones_of(category)]), st.sampled_from(list(Cosmetic))),
    )
)


@given(LOOKS)
def test_the_worst_zone_decides_and_nothing_before_every_zone_was_seen(
    look: tuple[Category, dict[str, Cosmetic]],
) -> None:
    category, seen = look
    proposal, zones = propose(category, seen), [one.zone for one in zones_of(category)]
    assert (proposal is None) is (next_zone(category, seen) is not None) is (set(seen) != set(zones))
    if proposal is not None:
        assert all(cosmetic.value <= proposal.cosmetic.value for cosmetic in seen.values())
        assert {one.zone for one in proposal.zones} == {zone for zone in zones if seen[zone] is proposal.cosmetic}
        # Worse anywhere never makes it better.
        for zone in zones:
            worse = propose(category, {**seen, zone: Cosmetic.D})
            assert worse is not None
            assert worse.cosmetic is Cosmetic.D


def test_every_grade_has_its_words_and_its_partner_in_rec() -> None:
    assert list(SEEN) == list(REC) == list(Cosmetic)
    assert all(3 <= len(zones_of(category)) <= 5 for category in Category)


async def test_each_zone_is_kept_by_one_tap_and_the_grade_is_filled_in(world: World) -> None:
    device = await world.arrived()
    await world.wiped(device)
    await world.tested(device)
    ada = await world.browser()
    page = f"/equipements/{device}/regarder"
    for cosmetic in "ABCAB":
        shown = (await ada.get(page)).text
        said = {
            "csrf_token": found(r'name="csrf_token" value="([^"]+)"', shown)[1],
            "zone": found(r'name="zone" value="([^"]+)"', shown)[1],
            "cosmetic": cosmetic,
        }
        done = await ada.post(page, data=said)
    words = done.text.replace("\xa0", " ")
    assert "Aspect proposé : C" in words
    assert "Le clavier et le repose-mains" in words
    look = await world.get(f"/devices/{device}/look")
    assert (look["proposed"], look["rec"], look["because"], look["by"]) == (
        "C", "C3", ["Le clavier et le repose-mains"], "ada",
    )  # fmt: skip
    assert 'name="cosmetic" value="C" checked' in (await ada.get(f"/equipements/{device}/classer")).text
    corrected = await world.post(f"/devices/{device}/look", {"seen": {"keyboard": "B"}})
    assert corrected["proposed"] == "B"
    assert "B proposé" in (await ada.get(f"/equipements/{device}")).text.replace("\xa0", " ")


async def test_a_zone_of_another_kind_of_device_is_refused_with_those_of_this_one(world: World) -> None:
    device = await world.arrived(category="monitor")
    refusal = await world.post(f"/devices/{device}/look", {"seen": {"keyboard": "A"}}, status=422)
    assert refusal["known"] == ["screen", "case", "foot"]
    await world.post(f"/devices/{device}/look", {"seen": {"screen": "E"}}, status=422)
