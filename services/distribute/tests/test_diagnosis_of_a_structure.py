"""Eight questions to a structure that applies, and the first step and basket that their answers propose."""

import re
from typing import Any

import pytest
from distribute.applications.diagnosis import Diagnosis, diagnosis_on
from filiere.calendar import today
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from .applying import NEEDS, PEOPLE, PLACE, Applicant
from .conftest import World
from .test_pages import submit, words


async def test_eight_answers_propose_a_first_step_and_a_first_basket_each_with_its_reason(world: World) -> None:
    applicant = Applicant(world)
    await applicant.begin()
    await submit(applicant.browser, f"{applicant.address}/lieu", **PLACE)
    asked = await submit(applicant.browser, f"{applicant.address}/publics", **PEOPLE)
    assert "Étape 4 sur 5" in words(asked)
    page = f"{applicant.address}/diagnostic"
    some = await submit(applicant.browser, page, **{**await applicant.answers(), "q3": "", "q5": "nonsense"})
    assert some.status_code == 422
    assert some.text.count("Choisissez une réponse.") == 4, "above the form and beside each of two questions"
    old = await submit(applicant.browser, page, **{**await applicant.answers(), "version": "diagnosis_1999"})
    assert old.status_code == 422, "other questions were shown than those that are answered"
    proposed = await submit(applicant.browser, page, **await applicant.answers())
    said = words(proposed)
    assert "Commencez par donner" in said
    assert "Donner ne demande ni caisse" in said
    assert "3 smartphones" in said
    assert "un smartphone sert aussi de connexion" in said
    assert "Vous accompagnez des seniors" in said
    for field, count in (("smartphone", 3), ("laptop", 3), ("tablet", 2)):
        assert re.search(rf'name="{field}"[^>]*value="{count}"', proposed.text), field
    assert 'name="desktop" value=""' in proposed.text or re.search(r'name="desktop"[^>]*value=""', proposed.text)
    await submit(applicant.browser, f"{applicant.address}/besoins", **NEEDS)
    kept = words(await applicant.browser.get(applicant.address))
    assert "Commencez par donner" in kept
    assert "Oui, dans des appartements" in kept
    english = words(await applicant.browser.get(applicant.address, params={"lang": "en"}))
    assert "Begin by giving" in english
    assert "Yes, in flats" in english
    (row,) = await world.rows("SELECT id, diagnosis FROM application")
    assert row["diagnosis"] == diagnosis_on(today()).name
    read = await world.read(world.coordinator, f"/applications/{row['id']}")
    assert read["answers"]["hosting"] == "flats"


@given(st.data())
def test_whatever_is_answered_something_is_proposed_with_its_reasons(data: st.DataObject) -> None:
    version = diagnosis_on(today())
    answers = {one.id: data.draw(st.sampled_from(sorted(one.answers))) for one in version.questions}
    publics = data.draw(st.lists(st.sampled_from(["seniors", "familles"]), unique=True))
    proposed = version.propose(answers, publics)
    assert proposed.step.because("fr")
    categories = [one.category for one in proposed.basket]
    assert len(categories) == len(set(categories))
    for one in proposed.basket:
        assert one.quantity == max(line.quantity for line in one.lines)
        assert all(line.holds(answers, publics) for line in one.lines)
    earlier = version.first_steps[: version.first_steps.index(proposed.step)]
    assert not any(step.holds(answers, publics) for step in earlier)


@pytest.mark.parametrize(
    "change",
    [
        {"questions": 7},
        {"first_steps": [{"when": {"hosting": ["castle"]}}]},
        {"first_steps": [{"when": {"nobody_asks": ["yes"]}}]},
    ],
)
def test_a_file_that_does_not_hang_together_is_refused(change: dict[str, Any]) -> None:
    said = diagnosis_on(today()).model_dump(mode="json")
    if "questions" in change:
        said["questions"] = said["questions"][: change["questions"]]
    else:
        said["first_steps"][0] |= change["first_steps"][0]
    with pytest.raises(ValidationError):
        Diagnosis.model_validate(said)
