"""Nobody reads what is not theirs: every route, every person, and no body that names another organisation's things."""

from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from filiere.web import Role

from tests.access.matrix import Matrix, Rule
from tests.access.visitors import Visitors
from tests.access.world import NOBODY, TENANT_ROLES, World, subject
from tests.attacks.state import fingerprint

# The walk of statuses is in the default suite (tests/access); this one reads every body.
pytestmark = [pytest.mark.timeout(600), pytest.mark.slow]
# Query parameters by which a list might be talked into showing more than it should.
ASKING = (
    "q",
    "donor",
    "donor_id",
    "relais",
    "relais_id",
    "workshop",
    "workshop_id",
    "organisation_id",
    "owner",
    "sort",
)


async def test_no_answer_names_what_belongs_to_others_and_no_refusal_changes_anything(
    world: World, matrix: Matrix
) -> None:
    visitors = Visitors(world, matrix)
    before = await fingerprint(world.client.database)
    faults, asked = [], 0
    for rule, who in _strangers(matrix):
        answer = await visitors.call(rule, who)
        asked += 1
        if answer.status_code >= 500:
            faults.append(f"{rule.name} as {who}: {answer.status_code}")
        faults += _told(world, rule, who, answer, repr(matrix.body(rule, world)))
    assert asked > 3 * len(list(matrix)), "too few were asked: the test has lost its people"
    assert faults == []
    after = await fingerprint(world.client.database)
    assert {name for name in after if after[name] != before.get(name)} == set(), "a refusal has changed something"


async def test_no_list_is_talked_into_showing_more(world: World, matrix: Matrix) -> None:
    visitors = Visitors(world, matrix)
    faults, asked = [], 0
    for rule in matrix:
        if rule.public or rule.method != "GET" or rule.parameters:
            continue
        for role in sorted(rule.roles & set(TENANT_ROLES)):
            other = subject(role, "b")
            for parameters in _temptations(world, role):
                answer = await _get(visitors, rule, other, parameters)
                asked += 1
                if answer.status_code >= 500:
                    faults.append(f"{rule.name} as {other} with {parameters}: {answer.status_code}")
                faults += _told(world, rule, other, answer, repr(parameters))
    assert asked > 0
    assert faults == []


async def test_its_owner_does_read_it(world: World, matrix: Matrix) -> None:
    """The texts looked for above are really there to be read."""
    visitors = Visitors(world, matrix)
    seen: set[str] = set()
    for rule in matrix:
        # What a letter's link opens is read by whoever holds it, and by nobody who is logged in.
        ids = {world.ids.get(name) for name in rule.parameters}
        by_link = rule.public and None not in ids and not ids.isdisjoint(world.secrets)
        if rule.method == "GET" and (not rule.public or by_link):
            for who in [NOBODY] if rule.public else [subject(role) for role in sorted(rule.roles or set(Role))]:
                answer = await visitors.call(rule, who)
                seen |= {secret for secret in world.secrets if secret in answer.text}
    hidden = world.secrets - seen
    assert [name for name, one in world.ids.items() if one in hidden] == []
    assert hidden == set()


def _strangers(matrix: Matrix) -> Iterator[tuple[Rule, str | None]]:
    """Everybody who has no right to the object, by route: nobody, the wrong roles, the other organisations."""
    for rule in matrix:
        if rule.public:
            continue
        yield rule, None
        if not rule.roles:
            continue
        yield rule, NOBODY
        for role in Role:
            if role not in rule.roles:
                yield rule, subject(role)
            if role in TENANT_ROLES and (role not in rule.roles or _names_an_object(rule, matrix)):
                yield rule, subject(role, "b")


def _names_an_object(rule: Rule, matrix: Matrix) -> bool:
    """Else it is a list of one's own or a form without objects: the other organisation may well use it."""
    if rule.shared:
        return False
    return bool(rule.parameters) or rule.name in matrix.bodies or rule.method == "GET"


def _told(world: World, rule: Rule, who: str | None, answer: httpx.Response, said: str) -> list[str]:
    """Texts of side a in the answer that the caller has not said first."""
    asked = str(answer.request.url) + said
    told = answer.text + str(answer.headers)
    found = sorted(secret for secret in world.secrets | world.shown_once if secret in told and secret not in asked)
    return [f"{rule.name} tells {who} {found}"] if found else []


def _temptations(world: World, role: Role) -> Iterator[dict[str, Any]]:
    own = str(world.organisation(role))
    for name in ASKING:
        yield {name: own}
    for wish in ("%", "_", "' OR 1=1 --", '"', "Volta", "Mende", "Second Souffle", "FIL-"):
        yield {"q": wish}
    yield {"limit": 100, "offset": 0, "role": "coordinator", "admin": "true", "all": "1"}
    yield {"page": 2}


async def _get(visitors: Visitors, rule: Rule, who: str, parameters: dict[str, Any]) -> httpx.Response:
    http = await visitors.program(who) if rule.is_api else (await visitors.browser(who))[0]
    return await http.get(rule.path, params=parameters, follow_redirects=False)
