"""Before a byte of a body is read, every route of every service knows who calls."""

from typing import Any

import pytest
from filiere.testing.client import ServiceClient
from filiere.web import Role

from .matrix import Matrix, Rule
from .visitors import Visitors
from .world import NOBODY, World, subject

pytestmark = pytest.mark.timeout(300)
SOME_ID = "01936f3e-0000-7000-8000-000000000001"


class Unread:
    """A body that says when somebody reads it."""

    def __init__(self) -> None:
        self.is_read = False

    async def __aiter__(self) -> Any:
        self.is_read = True
        yield b"{bad"


def writing(matrix: Matrix) -> list[Rule]:
    return [rule for rule in matrix if rule.method != "GET" and not rule.public]


def somewhere(rule: Rule) -> str:
    path = rule.path
    for name in rule.parameters:
        path = path.replace(f"{{{name}}}", "gift" if name == "tier" else SOME_ID)
    return path


async def test_no_body_of_a_stranger_is_read(client: ServiceClient, matrix: Matrix) -> None:
    faults = []
    async with client.anonymous() as stranger:
        for rule in writing(matrix):
            body = Unread()
            headers = {"content-type": "application/json"}
            answer = await stranger.request(rule.method, somewhere(rule), content=body, headers=headers)
            if answer.status_code != 401 or body.is_read:
                faults.append(f"{rule.name}: {answer.status_code}, {'read' if body.is_read else 'not read'}")
    assert faults == []


async def test_a_stranger_says_little(client: ServiceClient, matrix: Matrix) -> None:
    """What anybody may call reads a few kilobytes at most, and only as UTF-8."""
    faults, open_doors = [], [rule for rule in matrix if rule.public and rule.method != "GET"]
    small = b'--b\r\nContent-Disposition: form-data; name="x"\r\n\r\na\r\n--b--\r\n'
    async with client.anonymous() as stranger:
        for rule in open_doors:
            for content, charset, expected in ((small * 200, "utf-8", 413), (small, "punycode", 415)):
                headers = {"content-type": f"multipart/form-data; boundary=b; charset={charset}"}
                answer = await stranger.request(rule.method, rule.path, content=content, headers=headers)
                if answer.status_code != expected:
                    faults.append(f"{rule.name}: {answer.status_code} for {len(content)} bytes of {charset}")
    assert open_doors
    assert faults == []


@pytest.mark.slow
async def test_the_wrong_role_is_told_before_what_is_wrong_with_the_body(world: World, matrix: Matrix) -> None:
    visitors, faults = Visitors(world, matrix), []
    for rule in writing(matrix):
        for who in [NOBODY, *(subject(role) for role in Role if role not in rule.roles)] if rule.roles else []:
            body = Unread()
            http = await visitors.program(who) if rule.is_api else (await visitors.browser(who))[0]
            answer = await http.request(
                rule.method, somewhere(rule), content=body, headers={"content-type": "application/json"}
            )
            if answer.status_code != 403 or body.is_read:
                faults.append(f"{rule.name} as {who}: {answer.status_code}, {'read' if body.is_read else 'not read'}")
    assert faults == []
