"""A service below a path of a shared host name: every page, of all who may open it, leads to addresses below it."""

import re

import pytest
from filiere.settings import Settings

from .matrix import Matrix
from .visitors import Visitors
from .world import World, subject

pytestmark = pytest.mark.timeout(300)
PATH = "/filiere/service"
LEADS_TO = re.compile(r'\s(?:href|src|action|formaction|hx-(?:get|post|put|patch|delete))="(/[^"]*)"')


@pytest.fixture
def settings(settings: Settings) -> Settings:
    return settings.model_copy(update={"public_url": f"http://testserver{PATH}"})


@pytest.mark.slow
async def test_every_address_of_every_page_is_below_the_path(world: World, matrix: Matrix) -> None:
    visitors, outside, seen = Visitors(world, matrix), [], 0
    for rule in matrix:
        if rule.is_api or rule.public or rule.method != "GET":
            continue
        for role in sorted(rule.roles):
            answer = await visitors.call(rule, subject(role))
            found = LEADS_TO.findall(answer.text) if "html" in answer.headers.get("content-type", "") else []
            if (sent_to := answer.headers.get("location", "")).startswith("/"):
                found.append(sent_to)
            outside += [f"{rule.name}, {role}: {one}" for one in found if not one.startswith(f"{PATH}/")]
            seen += len(found)
    assert not outside
    assert seen > 200
