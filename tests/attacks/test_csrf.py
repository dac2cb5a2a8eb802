"""No page takes a form that its own session did not hand out."""

import re

import httpx
import pytest

from tests.access.matrix import Matrix, Rule
from tests.access.visitors import Visitors
from tests.access.world import World, subject
from tests.attacks.state import fingerprint

pytestmark = pytest.mark.timeout(600)


async def test_a_page_takes_no_token_from_elsewhere(world: World, matrix: Matrix) -> None:
    """Two pages of each service; the next test tries them all."""
    await _refused_everywhere(world, matrix, _writing(matrix)[:2])


@pytest.mark.slow
async def test_no_page_takes_a_token_from_elsewhere(world: World, matrix: Matrix) -> None:
    await _refused_everywhere(world, matrix, _writing(matrix))


async def _refused_everywhere(world: World, matrix: Matrix, rules: list[Rule]) -> None:
    visitors = Visitors(world, matrix)
    before = await fingerprint(world.client.database)
    faults, tried = [], 0
    olds: dict[str, str] = {}
    for rule in rules:
        role = sorted(rule.roles)[0] if rule.roles else None
        who = subject(role) if role else "nobody"
        browser, good = await visitors.browser(who)
        olds.setdefault(who, await _token_of_an_earlier_session(world, who))
        _, foreign = await visitors.browser(subject("coordinator") if who != "coordinator" else "service")  # type: ignore[arg-type]
        assert len({good, foreign, olds[who]}) == 3
        path = world.path(rule.path, rule.parameters)
        for name, request in _forgeries(browser, path, good, foreign, olds[who]).items():
            answer = await browser.send(request, follow_redirects=False)
            tried += 1
            if answer.status_code != 403:
                faults.append(f"{rule.name} with {name}: {answer.status_code} {answer.headers.get('location', '')}")
    assert faults == []
    assert tried >= 5 * len(rules)
    after = await fingerprint(world.client.database)
    assert {name for name in after if after[name] != before.get(name)} == set()


@pytest.mark.slow
async def test_no_page_changes_anything_when_it_is_only_opened(world: World, matrix: Matrix) -> None:
    visitors = Visitors(world, matrix)
    before = await fingerprint(world.client.database)
    for rule in matrix:
        if rule.public or rule.method != "GET" or rule.is_api:
            continue
        for role in sorted(rule.roles):
            browser, token = await visitors.browser(subject(role))
            path = world.path(rule.path, rule.parameters)
            for method in ("GET", "HEAD"):
                await browser.request(
                    method, path, params={"csrf_token": token, "_method": "POST", "action": "confirm"}
                )
    after = await fingerprint(world.client.database)
    assert {name for name in after if after[name] != before.get(name)} == set()


def _writing(matrix: Matrix) -> list[Rule]:
    return [rule for rule in matrix if not rule.public and not rule.is_api and rule.method != "GET"]


async def _token_of_an_earlier_session(world: World, who: str) -> str:
    """Of the same person, who has logged out since."""
    browser = await world.client.login(who)
    found = re.search(r'"X-CSRF-Token": "([^"]+)"', (await browser.get("/no-such-page")).text)
    assert found
    left = await browser.post("/logout", data={"csrf_token": found.group(1)}, follow_redirects=False)
    assert left.is_redirect
    return found.group(1)


def _forgeries(browser: httpx.AsyncClient, path: str, good: str, foreign: str, old: str) -> dict[str, httpx.Request]:
    """Requests to one address, by what is wrong with their token."""

    def sent(**options: object) -> httpx.Request:
        return browser.build_request("POST", path, **options)  # type: ignore[arg-type]

    # A header of cookies takes the place of the browser's own: without its session nobody is there to be forged.
    session = "; ".join(f"{name}={value}" for name, value in browser.cookies.items())
    return {
        "no token": sent(data={"reason": "Trop loin."}),
        "an empty token": sent(data={"csrf_token": ""}),
        "the beginning of the token": sent(data={"csrf_token": good[:-1]}),
        "the token of somebody else": sent(data={"csrf_token": foreign}),
        "the token of an earlier session": sent(headers={"x-csrf-token": old}),
        "the token in the address": sent(params={"csrf_token": good}, data={"reason": "Trop loin."}),
        "the token in JSON": sent(json={"csrf_token": good}),
        "the token as plain text": sent(content=f"csrf_token={good}", headers={"content-type": "text/plain"}),
        "the token as a file": sent(files={"csrf_token": ("token", good.encode())}),
        "the token in a cookie": sent(headers={"cookie": f"{session}; csrf_token={good}; x-csrf-token={good}"}),
        "a wrong header before a right field": sent(headers={"x-csrf-token": "x"}, data={"csrf_token": good}),
    }
