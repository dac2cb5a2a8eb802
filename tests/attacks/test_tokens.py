"""No forged token opens the API, whatever is tried; a good one does, so that the test can fail."""

import httpx
import pytest
from filiere.database import Database
from filiere.service import Service, installed_services
from filiere.settings import Settings
from filiere.testing.client import service_client
from filiere.web import Role

from tests.access.provider import forger
from tests.attacks.forgery import every_forgery

WHO = "coordinator"
DOOR = "/api/v1/donors"  # a list, and a command, that a coordinator may call


@pytest.fixture(scope="session")
def service() -> Service:
    """One for all: these doors are the kit's, the same in each service."""
    return installed_services()[0]


async def test_no_forged_token_opens_a_door(service: Service, settings: Settings, database: Database) -> None:
    with forger() as provider:
        trusting = settings.model_copy(update={"oidc_issuer": provider.address})
        async with service_client(service, trusting, database) as client:
            await client.grant(WHO, Role.COORDINATOR)
            http, door = client.anonymous(), DOOR
            good = await http.get(door, headers=_bearing(provider.token(sub=WHO)))
            assert good.status_code == 200, good.text
            faults = []
            for name, token in every_forgery(provider, WHO).items():
                for method in ("GET", "POST"):
                    answer = await http.request(method, door, headers=_bearing(token), json=None)
                    if not _is_refusal(answer):
                        faults.append(f"{method} with a token that is {name}: {answer.status_code} {answer.text[:200]}")
            assert faults == []
            still_good = await http.get(door, headers=_bearing(provider.token(sub=WHO)))
            assert still_good.status_code == 200, "the forgeries have shut out those who may"


async def test_a_good_token_counts_only_where_it_belongs(
    service: Service, settings: Settings, database: Database
) -> None:
    with forger() as provider:
        trusting = settings.model_copy(update={"oidc_issuer": provider.address})
        async with service_client(service, trusting, database) as client:
            await client.grant(WHO, Role.COORDINATOR)
            http, door, token = client.anonymous(), DOOR, provider.token(sub=WHO)
            elsewhere = {
                "in the address": await http.get(door, params={"access_token": token}),
                "in a cookie": await http.get(door, headers={"cookie": f"access_token={token}; Authorization={token}"}),
                "as a password": await http.get(door, auth=(WHO, token)),
                "under another scheme": await http.get(door, headers={"authorization": f"Token {token}"}),
                "under another header": await http.get(door, headers={"x-authorization": f"Bearer {token}"}),
                "in a form": await http.request("GET", door, data={"access_token": token}),
                "with a bad one before it": await http.get(
                    door, headers=[("authorization", "Bearer x.y.z"), ("authorization", f"Bearer {token}")]
                ),
            }
            assert {how: answer.status_code for how, answer in elsewhere.items()} == dict.fromkeys(elsewhere, 401)
            # Pages know sessions only.
            page = await http.get("/", headers=_bearing(token), follow_redirects=False)
            assert page.status_code == 303
            assert page.headers["location"].startswith("/login?")


def _bearing(token: str) -> dict[str, str]:
    return {"authorization": f"Bearer {token}"}


def _is_refusal(answer: httpx.Response) -> bool:
    return answer.status_code == 401 and "invalid_token" in answer.headers.get("www-authenticate", "")
