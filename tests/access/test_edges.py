"""Numbers, days and characters at the edge of what a machine can hold: an answer with a sentence, never a crash."""

import random
import re
import string
from datetime import datetime
from typing import Any

import pytest
from filiere.calendar import PARIS
from filiere.database.ordering import cursor_at
from filiere.identifiers import uuid7
from filiere.service import Service

from .matrix import Matrix
from .visitors import Visitors
from .world import World, subject

pytestmark = pytest.mark.timeout(300)
DIGITS = "9" * 5000
QUERIES: list[dict[str, str]] = [
    {"page": DIGITS, "count": DIGITS, "year": DIGITS, "annee": DIGITS, "limit": DIGITS, "offset": DIGITS},
    {"on": "9999-12-31", "jour": "9999-12-31", "first": "9999-12-31", "last": "9999-12-31", "year": "9999"},
    {"on": "0001-01-01", "jour": "0001-01-01", "first": "0001-01-01", "year": "0", "annee": "0"},
    {"on": "2022-12-31"},  # before the first price list
    {"q": "\0", "sort": "\0", "tri": "\0", "apres": "\0", "lot": "\0"},
    {"q": "x" * 20_000, "lot": "x" * 20_000},
]


@pytest.mark.slow
async def test_no_address_with_extreme_values_crashes(world: World, matrix: Matrix) -> None:
    visitors, faults = Visitors(world, matrix), []
    for rule in matrix:
        if rule.public or rule.method != "GET":
            continue
        who = subject(sorted(rule.roles)[0]) if rule.roles else "coordinator"
        http = await visitors.program(who) if rule.is_api else (await visitors.browser(who))[0]
        path = world.path(rule.path, rule.parameters)
        for query in QUERIES:
            answer = await http.get(path, params=query, follow_redirects=False)
            if answer.status_code >= 500:
                faults.append(f"{rule.name} {next(iter(query))}…: {answer.status_code}")
        for name in rule.parameters:
            for odd in ("%00", "x" * 5000, "%ED%A0%80"):
                odd_path = rule.path
                for each in rule.parameters:
                    odd_path = odd_path.replace(f"{{{each}}}", odd if each == name else world.ids[each])
                answer = await http.get(odd_path, follow_redirects=False)
                if not 400 <= answer.status_code < 500:
                    faults.append(f"{rule.name} with {name} = {odd[:9]}: {answer.status_code}")
    assert faults == []


@pytest.mark.slow
async def test_no_cursor_of_another_age_crashes(service: Service, world: World, matrix: Matrix) -> None:
    """Anybody may write one: the ends of the calendar lie outside it in another zone."""
    visitors, faults = Visitors(world, matrix), []
    repositories = "".join(file.read_text() for file in service.root.rglob("*repository.py"))
    orders = set(re.findall(r'"(\w+)": Order\(', repositories))
    assert "newest" in orders
    moments = ("9999-12-31T23:59:59-23:59", "0001-01-01T00:00:00+23:59")
    cursors = [cursor_at(order, [moment, str(uuid7())]) for order in orders for moment in moments]
    for rule in matrix:
        if rule.public or rule.method != "GET" or rule.parameters:
            continue
        who = subject(sorted(rule.roles)[0]) if rule.roles else "coordinator"
        http = await visitors.program(who) if rule.is_api else (await visitors.browser(who))[0]
        for cursor in cursors:
            for way in ("after", "before") if rule.is_api else ("apres", "avant"):
                answer = await http.get(rule.path, params={way: cursor}, follow_redirects=False)
                if answer.status_code >= 500:
                    faults.append(f"{rule.name} {way} {cursor}: {answer.status_code}")
    assert faults == []


@pytest.mark.slow
async def test_a_command_on_an_endless_address_is_refused(world: World, matrix: Matrix) -> None:
    """Its address is kept with its idempotency key before anybody looks at it; texts at random do not get shorter."""
    visitors, faults = Visitors(world, matrix), []
    endless = "".join(random.Random(1).choices(string.ascii_letters + string.digits, k=4000))
    for rule in matrix:
        if rule.public or rule.method == "GET" or not rule.is_api or not rule.parameters:
            continue
        path = rule.path
        for name in rule.parameters:
            path = path.replace(f"{{{name}}}", endless)
        program = await visitors.program(subject(sorted(rule.roles)[0]))
        answer = await program.request(rule.method, path, json={}, headers={"idempotency-key": str(uuid7())})
        if not 400 <= answer.status_code < 500:
            faults.append(f"{rule.name}: {answer.status_code}")
    assert faults == []


async def test_every_download_says_the_hour_of_paris(world: World, matrix: Matrix) -> None:
    visitors, faults = Visitors(world, matrix), []
    for rule in matrix:
        if rule.method == "GET" and rule.path.endswith(".csv"):
            who = subject(sorted(rule.roles)[0]) if rule.roles else "coordinator"
            http = await visitors.program(who) if rule.is_api else (await visitors.browser(who))[0]
            text = (await http.get(world.path(rule.path, rule.parameters))).text
            for said in set(re.findall(r"\d{4}-\d\d-\d\dT[\d:.]+(?:Z|[+-]\d\d:\d\d)", text)):
                if (
                    datetime.fromisoformat(said).utcoffset()
                    != datetime.fromisoformat(said).astimezone(PARIS).utcoffset()
                ):
                    faults.append(f"{rule.name}: {said}")
    assert faults == []


@pytest.mark.parametrize(
    ("name", "path", "role"),
    [
        ("distribute", "/api/v1/prices?on=2022-12-31", "coordinator"),
        ("distribute", "/api/v1/handovers?first=0001-01-01", "relais-a"),
        ("distribute", "/api/v1/handovers?last=9999-12-31", "relais-a"),
        ("distribute", "/api/v1/handovers.csv?first=0001-01-01", "relais-a"),
        ("distribute", "/api/v1/handovers.csv?last=9999-12-31", "relais-a"),
    ],
)
async def test_a_day_that_is_not_served_is_told_in_a_sentence(
    service: Service, world: World, name: str, path: str, role: str
) -> None:
    if service.name != name:
        pytest.skip("another service's address")
    answer = await (await world.client.as_(role)).get(path)
    assert answer.status_code in (404, 422)
    problem = answer.json()
    said = problem.get("detail") or problem["errors"][0]["message_fr"]
    assert "2022" in said or "entre 2000 et 2100" in said


async def test_a_number_is_no_answer_by_yes_or_no(service: Service, world: World, matrix: Matrix) -> None:
    questions: dict[str, tuple[str, str, Any]] = {
        "collect": ("POST /api/v1/donations", "coordinator", {"draft": 0}),
        "distribute": ("PUT /api/v1/relais/{relais_id}/public-origin", "coordinator", {"may_receive": "yes"}),
        "refurbish": ("POST /api/v1/devices/{device_id}/grade", "coordinator", {"minor_defect": 1}),
    }
    name, who, odd = questions[service.name]
    rule = matrix.rules[name]
    answer = await Visitors(world, matrix).send(
        rule, who, world.path(rule.path, rule.parameters), {**matrix.body(rule, world), **odd}
    )
    assert answer.status_code == 422
    assert [error["field"] for error in answer.json()["errors"]] == list(odd)
