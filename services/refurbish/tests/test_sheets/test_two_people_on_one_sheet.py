"""Two people fill one sheet: nobody's answer is replaced by somebody who had not seen it."""

from typing import Any

import httpx
from filiere.catalogue.categories import Category
from filiere.testing.answers import found
from hypothesis import given
from hypothesis import strategies as st
from refurbish.test_sheets.checklists import checklist
from refurbish.test_sheets.schemas import TestResult as Answered
from refurbish.test_sheets.sheet import Sheet

from ..conftest import World

POINTS = [point.test for point in checklist(Category.MONITOR)][:3]
# One of two people looks at the sheet, or answers a point by what she saw of it last.
ACTS = st.lists(
    st.tuples(
        st.sampled_from("ab"), st.sampled_from(["look", *POINTS]), st.booleans(), st.sampled_from(["", "fissure"])
    )
)


def said(sheet: Sheet, test: str) -> str:
    answer = sheet.answers.get(test)
    return answer.said if answer else ""


@given(ACTS)
def test_an_answer_is_only_replaced_by_who_has_seen_it(acts: list[tuple[str, str, bool, str]]) -> None:
    sheet = Sheet(Category.MONITOR, {})
    seen: dict[str, dict[str, str]] = {"a": {}, "b": {}}
    for who, act, passed, note in acts:
        if act == "look":
            seen[who] = {test: said(sheet, test) for test in POINTS}
            continue
        before = sheet
        had_seen = seen[who].get(act, "")
        result = Answered(test=act, passed=passed, note=note or None, seen=had_seen)
        sheet, clashes = before.fill([result], by=who)
        stood, stands = before.answers.get(act), sheet.answers[act]
        is_stale = stood is not None and stood.said != had_seen and (stood.passed, stood.note) != (passed, note or None)
        assert bool(clashes) is is_stale
        if is_stale:
            assert stands is stood
            assert (clashes[0].stands, clashes[0].said.passed) == (stood, passed)
        else:
            assert (stands.passed, stands.note) == (passed, note or None)
            seen[who][act] = stands.said  # her own answer she knows
        assert all(sheet.answers[test] is answer for test, answer in before.answers.items() if test != act)


@given(ACTS)
def test_saying_everything_a_second_time_changes_nothing_not_even_who_said_it(
    acts: list[tuple[str, str, bool, str]],
) -> None:
    results = [Answered(test=act, passed=passed, note=note or None) for _, act, passed, note in acts if act != "look"]
    once, _ = Sheet(Category.MONITOR, {}).fill(results, by="ada")
    last = {result.test: result for result in results}.values()
    again, clashes = once.fill(list(last), by="bruno")
    assert (again, clashes) == (once, [])
    assert all(again.answers[test].by == "ada" for test in again.answers)


async def _say(browser: httpx.AsyncClient, device: str, shown: str, test: str, answer: str) -> httpx.Response:
    """One answer, as the page sends it: with the answer that it showed."""
    token = found(r'name="csrf_token" value="([^"]+)"', shown)[1]
    was = found(rf'name="was-{test}" value="([^"]*)"', shown)[1]
    data = {"csrf_token": token, test: answer, f"was-{test}": was}
    return await browser.post(f"/equipements/{device}/tester/point", data=data)


async def test_each_answer_is_kept_at_once_with_who_gave_it(world: World) -> None:
    device = await world.arrived()
    await world.wiped(device)
    ada = await world.browser()
    shown = (await ada.get(f"/equipements/{device}/tester")).text
    answer = await _say(ada, device, shown, "screen", "no")
    assert answer.status_code == 200
    [point] = [p for p in (await world.get(f"/devices/{device}/tests"))["points"] if p["answered"]]
    assert (point["test"], point["passed"], point["answered_by"], point["said"]) == ("screen", False, "ada", "no")
    bruno = await (await world.colleague("bruno")).browser()
    seen = (await bruno.get(f"/equipements/{device}/tester")).text
    assert "ada, " in seen.replace("\xa0", " ")
    assert 'id="screen-no" name="screen" value="no" checked' in seen


async def test_a_stale_page_shows_the_conflict_and_changes_nothing(world: World) -> None:
    device = await world.arrived()
    await world.wiped(device)
    ada, bruno = await world.browser(), await (await world.colleague("bruno")).browser()
    shown = (await ada.get(f"/equipements/{device}/tester")).text
    assert (
        await _say(bruno, device, (await bruno.get(f"/equipements/{device}/tester")).text, "screen", "no")
    ).is_success
    refused = await _say(ada, device, shown, "screen", "yes")
    assert refused.status_code == 409
    assert "bruno a répondu « Non » entre-temps, tu as dit « Oui »" in refused.text.replace("\xa0", " ")
    points = {p["test"]: p for p in (await world.get(f"/devices/{device}/tests"))["points"]}
    assert (points["screen"]["passed"], points["screen"]["answered_by"]) == (False, "bruno")
    # Having seen it, she may say so again.
    assert (await _say(ada, device, refused.text, "screen", "yes")).status_code == 200
    points = {p["test"]: p for p in (await world.get(f"/devices/{device}/tests"))["points"]}
    assert (points["screen"]["passed"], points["screen"]["answered_by"]) == (True, "ada")


async def test_all_is_good_waits_while_something_clashes_and_keeps_the_other_answers(world: World) -> None:
    device = await world.arrived()
    await world.wiped(device)
    await world.post(f"/devices/{device}/tests", {"results": [{"test": "screen", "passed": False}]})
    ada = await world.browser()
    page = f"/equipements/{device}/tester"
    token = found(r'name="csrf_token" value="([^"]+)"', (await ada.get(page)).text)[1]
    # Her page was older: it showed no answer to the screen.
    data = {"csrf_token": token, "rest": "good", "screen": "yes", "was-screen": "", "usb": "no", "was-usb": ""}
    answer = await ada.post(page, data=data)
    assert "Un collègue a répondu autrement" in answer.text
    sheet = await world.get(f"/devices/{device}/tests")
    answered = {p["test"]: p["passed"] for p in sheet["points"] if p["answered"]}
    assert answered == {"screen": False, "usb": False}
    assert sheet["stage"] == "erased"


async def test_a_tool_may_say_what_it_has_seen(world: World) -> None:
    device = await world.arrived()
    await world.wiped(device)
    path = f"/devices/{device}/tests"
    await world.post(path, {"results": [{"test": "screen", "passed": False, "note": "tache"}]})
    said: dict[str, Any] = {"test": "screen", "passed": True, "seen": "yes"}
    refusal = await world.post(path, {"results": [{"test": "usb", "passed": True}, said]}, status=409)
    assert refusal["points"] == ["screen"]
    points = {p["test"]: p for p in (await world.get(path))["points"]}
    assert (points["screen"]["passed"], points["usb"]["answered"]) == (False, False)
    sheet = await world.post(path, {"results": [{**said, "seen": points["screen"]["said"]}]})
    assert {p["test"]: p["passed"] for p in sheet["points"] if p["answered"]} == {"screen": True}
