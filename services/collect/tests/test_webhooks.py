"""A donor's tools: told in order, signed, once or with the same id, never into our own network."""

import asyncio
import ipaddress
import os
import sys
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from collect.definition import service as collect
from collect.webhooks.kinds import LABELS
from collect.webhooks.pages import PAUSED, STATES, WHY, WORDS
from collect.webhooks.posting import Poster, PrivateAddress, Unreachable, is_public, parts_of
from collect.webhooks.sending import PAUSES_S, send_next
from collect.webhooks.signing import new_secret, signature
from filiere.calendar import today
from filiere.database import Database
from filiere.testing.sql import rows, value
from filiere.web.i18n import WEB_LOCALES, read_catalogue
from hypothesis import given
from hypothesis import strategies as st

from .chain import Chain
from .receiver import Receiver, receiving
from .test_pages import press

LAPTOP = {"category": "laptop", "year": 2021, "ram_gb": 8}
NOW = "UPDATE webhook_delivery SET next_attempt_at = now() WHERE ended_at IS NULL"


async def told(chain: Chain, receiver: Receiver, *kinds: str) -> dict[str, Any]:
    """An endpoint of the donor that leads to the receiver."""
    every = kinds or ("donation.accepted", "donation.declined", "donation.pickup-scheduled", "donation.closed")
    # The address is one that a public installation would take; the tests lead it here.
    answer = await chain.donor.post(
        f"/api/v1/donors/{chain.donor_id}/webhooks", json={"url": "https://tool.example/hook", "kinds": list(every)}
    )
    assert answer.status_code == 201, answer.text
    await rows(chain.database, f"UPDATE webhook_endpoint SET url = '{receiver.url}'")
    return dict(answer.json())


async def send(database: Database) -> int:
    """Send all that is due; how many attempts that were."""
    sent = 0
    async with Poster(private=True) as poster:
        while await send_next(database, poster):
            sent += 1
    return sent


async def log(chain: Chain, endpoint: dict[str, Any]) -> list[tuple[str, str, int, str | None]]:
    found = await chain.get(f"/webhooks/{endpoint['id']}/deliveries")
    return [(one["kind"], one["state"], one["attempts"], one["answer"]) for one in found["items"]]


def test_signatures_are_those_of_standard_webhooks() -> None:
    """The example of the specification."""
    made = signature(
        "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
        "msg_p5jXN8AQM9LWM0D4loKWxJek",
        1614265330,
        b'{"test": 2432232314}',
    )
    assert made == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
    assert new_secret() != new_secret()


async def test_a_tool_learns_what_happens_to_a_donation_in_order_and_signed(chain: Chain) -> None:
    async with receiving() as receiver:
        endpoint = await told(chain, receiver)
        donation = await chain.declare(LAPTOP, {"category": "laptop", "year": 1999, "ram_gb": 1})
        await chain.do(f"/donations/{donation['id']}/accept")
        site = (await chain.get(f"/donors/{chain.donor_id}"))["sites"][0]["id"]
        on = today() + timedelta(days=3)
        while on.weekday() > 4:
            on += timedelta(days=1)
        await chain.do(f"/donations/{donation['id']}/pickup", {"on": on.isoformat(), "site_id": site})
        other = await chain.declare(LAPTOP)
        await chain.do(f"/donations/{other['id']}/decline", {"reason": "Trop loin."})
        assert await send(chain.database) == 3
        assert [one["type"] for one in receiver.messages] == [
            "donation.accepted",
            "donation.pickup-scheduled",
            "donation.declined",
        ]
        assert receiver.messages[0]["data"]["donation_id"] == donation["id"]
        assert receiver.messages[0]["data"]["accepted"] == 1
        assert receiver.verified(endpoint["secret"])
        assert [one[1:] for one in await log(chain, endpoint)] == [("delivered", 1, "204")] * 3


async def test_two_tools_are_each_told_of_all_that_happens(chain: Chain) -> None:
    async with receiving() as receiver:
        await told(chain, receiver)
        second = await chain.donor.post(
            f"/api/v1/donors/{chain.donor_id}/webhooks",
            json={"url": "https://second.example", "kinds": ["donation.accepted"]},
        )
        for _ in range(2):
            donation = await chain.declare(LAPTOP)
            await chain.do(f"/donations/{donation['id']}/accept")
        assert await value(chain.database, "SELECT count(DISTINCT id) FROM webhook_delivery") == 4
        assert [one[0] for one in await log(chain, second.json())] == ["donation.accepted"] * 2


async def test_what_it_does_not_want_and_what_is_taken_back_is_not_told(chain: Chain) -> None:
    async with receiving() as receiver:
        endpoint = await told(chain, receiver, "donation.declined")
        donation = await chain.declare(LAPTOP)
        await chain.do(f"/donations/{donation['id']}/accept")
        again = await chain.coordinator.post(f"/api/v1/donations/{donation['id']}/decline", json={"reason": "Non."})
        assert again.status_code == 409
        assert await send(chain.database) == 0
        assert await log(chain, endpoint) == []


async def test_the_next_message_waits_until_the_one_before_is_taken(chain: Chain) -> None:
    async with receiving(500, 302) as receiver:
        endpoint = await told(chain, receiver)
        for _ in range(2):
            donation = await chain.declare(LAPTOP)
            await chain.do(f"/donations/{donation['id']}/accept")
        assert await send(chain.database) == 1
        assert [one[1:] for one in await log(chain, endpoint)] == [("waiting", 0, None), ("waiting", 1, "500")]
        await rows(chain.database, NOW)
        assert await send(chain.database) == 1  # redirects are not followed
        assert (await log(chain, endpoint))[1][1:] == ("waiting", 2, "302")
        await rows(chain.database, NOW)
        assert await send(chain.database) == 2
        first, second = receiver.ids[0], receiver.ids[3]
        assert receiver.ids == [first, first, first, second]
        assert receiver.verified(endpoint["secret"])


async def test_an_address_that_takes_nothing_is_paused_and_what_waits_for_it_goes_when_it_works_again(
    chain: Chain,
) -> None:
    async with receiving(*[503] * (len(PAUSES_S) + 1)) as receiver:
        endpoint = await told(chain, receiver)
        for _ in range(2):
            donation = await chain.declare(LAPTOP)
            await chain.do(f"/donations/{donation['id']}/accept")
        for _ in range(len(PAUSES_S) + 1):
            assert await send(chain.database) == 1
            await rows(chain.database, NOW)
        assert await send(chain.database) == 0
        (known,) = await chain.get(f"/donors/{chain.donor_id}/webhooks")
        assert (known["paused_why"], known["waiting"]) == ("failing", 1)
        assert [one[1] for one in await log(chain, endpoint)] == ["waiting", "given_up"]
        test = await chain.donor.post(f"/api/v1/webhooks/{endpoint['id']}/test")
        assert test.status_code == 409
        assert (await chain.donor.post(f"/api/v1/webhooks/{endpoint['id']}/resume")).status_code == 200
        assert await send(chain.database) == 1
        given_up = (await chain.get(f"/webhooks/{endpoint['id']}/deliveries?state=given_up"))["items"][0]["id"]
        assert (await chain.donor.post(f"/api/v1/webhook-deliveries/{given_up}/again")).status_code == 204
        assert await send(chain.database) == 1
        assert [one[1] for one in await log(chain, endpoint)] == ["delivered", "delivered"]


async def test_an_address_that_says_it_is_gone_is_asked_nothing_more(chain: Chain) -> None:
    async with receiving(410) as receiver:
        endpoint = await told(chain, receiver)
        assert (await chain.donor.post(f"/api/v1/webhooks/{endpoint['id']}/test")).status_code == 204
        assert await send(chain.database) == 1
        assert (await chain.get(f"/donors/{chain.donor_id}/webhooks"))[0]["paused_why"] == "gone"


ONE = """
import asyncio, sys
from collect.webhooks.posting import Poster
from collect.webhooks.sending import send_next
from filiere.calendar import today
from filiere.database import Database
async def main():
    async with Poster(private=True) as poster:
        await send_next(Database(sys.argv[1]), poster)
asyncio.run(main())
"""


@pytest.mark.slow
@pytest.mark.parametrize(("where", "messages"), [("webhook.claimed", 1), ("webhook.taken", 2)])
async def test_a_worker_that_dies_loses_nothing_and_doubles_only_what_was_taken_with_the_same_id(
    chain: Chain, where: str, messages: int
) -> None:
    async with receiving() as receiver:
        endpoint = await told(chain, receiver)
        await chain.donor.post(f"/api/v1/webhooks/{endpoint['id']}/test")
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-c", ONE, chain.database.url, env={**os.environ, "FILIERE_CRASH_AT": where}
        )
        assert await process.wait() == 137
        assert await send(chain.database) == 0  # still in the dead worker's hand
        await rows(chain.database, NOW)
        assert await send(chain.database) == 1
        assert receiver.ids == [receiver.ids[0]] * messages
        assert [one[1] for one in await log(chain, endpoint)] == ["delivered"]


async def test_two_workers_send_each_message_once(chain: Chain) -> None:
    async with receiving() as receiver:
        receiver.hold_s = 0.05
        await told(chain, receiver)
        for _ in range(6):
            donation = await chain.declare(LAPTOP)
            await chain.do(f"/donations/{donation['id']}/accept")
        while len(receiver.got) < 6:
            await asyncio.gather(*(send(chain.database) for _ in range(3)))
        assert receiver.ids == sorted(set(receiver.ids))


async def test_another_donor_neither_sees_nor_changes_it(chain: Chain) -> None:
    async with receiving() as receiver:
        endpoint = await told(chain, receiver)
        await chain.client.grant("rival", "donor", uuid4())
        rival = await chain.client.as_("rival")
        for method, path in (
            ("GET", f"/donors/{chain.donor_id}/webhooks"),
            ("POST", f"/webhooks/{endpoint['id']}/test"),
            ("POST", f"/webhooks/{endpoint['id']}/secret"),
            ("GET", f"/webhooks/{endpoint['id']}/deliveries"),
            ("DELETE", f"/webhooks/{endpoint['id']}"),
        ):
            assert (await rival.request(method, f"/api/v1{path}")).status_code == 404, path
        assert (await chain.coordinator.get(f"/api/v1/donors/{chain.donor_id}/webhooks")).status_code == 403


@pytest.mark.parametrize(
    "url",
    [
        "http://tool.example/",
        "https://localhost/",
        "https://169.254.169.254/latest",
        "https://[::1]:8443/",
        "ftp://tool.example/",
        "https://user:secret@tool.example/",
        "https://",
        "https://tool.example:0/",
        "https://tool.example/ a",
        "https://tool.example/\t",
        "javascript:alert(1)",
        "https://[::1/",
        "https://" + "a" * 600,
    ],
)
async def test_an_address_that_nobody_may_be_told_at_is_refused_beside_its_field(chain: Chain, url: str) -> None:
    answer = await chain.donor.post(
        f"/api/v1/donors/{chain.donor_id}/webhooks", json={"url": url, "kinds": ["donation.closed"]}
    )
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == "url"


INSIDE = ["127.0.0.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "224.0.0.1"]
INSIDE_6 = [
    "::1",
    "fe80::1%eth0",
    "fd00::1",
    "::ffff:10.0.0.1",
    "2002:a00:1::",
    "64:ff9b::a00:1",
    "::",
]


@pytest.mark.parametrize("address", [*INSIDE, *INSIDE_6, "tool.example", ""])
def test_our_own_network_is_not_outside(address: str) -> None:
    assert not is_public(address)


@given(st.ip_addresses(v=4))
def test_what_maps_an_address_is_as_inside_as_the_address(address: ipaddress.IPv4Address) -> None:
    assert is_public(f"::ffff:{address}") == is_public(str(address))
    six_to_four = ipaddress.IPv6Address(int(ipaddress.IPv6Address("2002::")) | int(address) << 80)
    assert not is_public(str(six_to_four)) or is_public(str(address))


@given(st.text(max_size=80))
def test_any_text_is_an_address_or_none(text: str) -> None:
    parts = parts_of(f"https://{text}")
    assert parts is None or (parts.hostname and "@" not in parts.netloc)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]", "2130706433", "0x7f.1"])
async def test_nothing_is_posted_into_our_own_network_however_it_is_written(host: str) -> None:
    async with receiving() as receiver, Poster(private=False) as poster:
        with pytest.raises(Unreachable) as why:
            await poster.post(f"http://{host}:{receiver.port}/", [], b"{}")
        assert isinstance(why.value, PrivateAddress) or str(why.value) == "unknown-host"
        assert receiver.got == []


async def test_a_server_that_never_answers_is_given_up_by_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("collect.webhooks.posting.WITHIN_S", 0.2)
    async with receiving() as receiver, Poster(private=True) as poster:
        receiver.hold_s = 30
        with pytest.raises(Unreachable, match="timeout"):
            await poster.post(receiver.url, [], b"{}")


async def test_a_donor_adds_an_address_tries_it_reads_the_answer_and_removes_it(chain: Chain) -> None:
    browser = await chain.client.login("camille")
    listing = f"/donateurs/{chain.donor_id}/webhooks"
    wrong = await press(browser, listing, listing, {"url": "http://tool.example", "kinds": ["donation.closed"]})
    assert wrong.status_code == 422
    assert "L&#39;adresse doit commencer par https://" in wrong.text
    made = await press(browser, listing, listing, {"url": "https://tool.example/hook", "kinds": ["donation.closed"]})
    at = made.url.path
    assert at.startswith("/webhooks/")
    async with receiving(500) as receiver:
        await rows(chain.database, f"UPDATE webhook_endpoint SET url = '{receiver.url}'")
        await press(browser, at, f"{at}/essayer")
        await send(chain.database)
    shown = (await browser.get(at)).text
    assert "réponse\u00a0500" in shown
    assert "whsec_" in shown
    await press(browser, at, f"{at}/pause")
    assert "Reprendre les envois" in (await browser.get(at)).text
    gone = await press(browser, at, f"{at}/supprimer")
    assert gone.url.path == listing
    assert (await browser.get(at)).status_code == 404


def test_what_the_log_says_is_said_in_english_too() -> None:
    known = {**read_catalogue(collect.root / "locales" / "en.po"), **read_catalogue(WEB_LOCALES / "en.po")}
    said = [*LABELS.values(), *WHY.values(), *PAUSED.values(), *STATES.values(), *WORDS.values()]
    assert [text for text in said if text not in known] == []
