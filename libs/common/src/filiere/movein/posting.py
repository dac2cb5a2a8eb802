"""A checked network, told to the three services a batch at a time; told again, it goes on where it stopped."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Sequence
from typing import Any, NamedTuple, TypeVar
from uuid import uuid4

import httpx
from pydantic import BaseModel

from filiere.movein.network import Network
from filiere.movein.wire import (
    AT_ONCE,
    MEDIA_AT_ONCE,
    CarriedOrder,
    CarriedPlace,
    CarriedWork,
    Moved,
    Progress,
    Refused,
)

Item = TypeVar("Item")
Placed = TypeVar("Placed", CarriedPlace, CarriedOrder)
_TRIES, _AGAIN_S, _SELDOM_S = 120, 1.0, 10.0


class Told(NamedTuple):
    """What became of everything that was told."""

    new: int
    known: int
    refused: list[Refused]


class Service:
    """One service, by a key or a token of the coordination. `token`: another one when asked for a fresh one."""

    def __init__(self, client: httpx.AsyncClient, base: str, token: Callable[[bool], Awaitable[str]]) -> None:
        self._client, self._address, self._token = client, f"{base.rstrip('/')}/api/v1/moving-in", token

    async def tell(self, source: str, **said: Sequence[BaseModel]) -> Moved:
        """One batch; a service that restarts, or has not heard of a workshop yet, is asked again. Raises NotTaken."""
        body = {
            "source": source,
            **{name: [one.model_dump(mode="json") for one in many] for name, many in said.items()},
        }
        return Moved.model_validate(await self._call("POST", json=body))

    async def progress(self, source: str) -> Progress:
        return Progress.model_validate(await self._call("GET", params={"source": source}))

    async def _call(self, method: str, **more: Any) -> Any:
        key, is_refused = str(uuid4()), False
        for _ in range(_TRIES):
            headers = {"Authorization": f"Bearer {await self._token(is_refused)}", "Idempotency-Key": key}
            try:
                answer = await self._client.request(method, self._address, headers=headers, **more)
            except httpx.TransportError:
                pass
            else:
                if answer.is_success:
                    return answer.json()
                if answer.status_code == 401 and not is_refused:
                    is_refused = True  # a token ends sooner than a network has moved in
                    continue
                is_refused = False
                if answer.status_code == 409:
                    key = str(uuid4())
                elif answer.status_code != 429 and not answer.is_server_error:
                    raise NotTaken(f"{self._address} : {answer.status_code} {answer.text[:500]}")
            await asyncio.sleep(_AGAIN_S)
        raise NotTaken(f"{self._address} ne répond pas.")


class NotTaken(Exception):
    """A service takes nothing more; the message says why."""


class Services(NamedTuple):
    collect: Service
    refurbish: Service
    distribute: Service


async def move(network: Network, services: Services, say: Callable[[str], None]) -> Told:
    """Parents first, then how far devices had come and where they went, then their lots. Raises NotTaken."""
    source = network.source
    answers: list[Moved] = []

    async def told(service: Service, what: str, items: Iterable[BaseModel]) -> dict[str, Any]:
        ids: dict[str, Any] = {}
        done = 0
        for some in together(items, MEDIA_AT_ONCE, _media):
            answer = await service.tell(source, **{what: some})
            answers.append(answer)
            ids |= answer.ids
            done += len(some)
            say(f"{what} : {done}")
        return ids

    workshops = await told(services.refurbish, "workshops", network.workshops.values())
    relais = await told(services.distribute, "relais", network.relais.values())
    await told(services.collect, "donors", network.donors.values())
    by_workshop = {carried: workshops[key] for key, carried in network.workshop_ids().items() if key in workshops}
    by_relais = {carried: relais[key] for key, carried in network.relais_ids().items() if key in relais}

    def of_ours(many: Iterable[Placed]) -> list[Placed]:
        return [one.model_copy(update={"relais_id": by_relais.get(one.relais_id, one.relais_id)}) for one in many]

    await asyncio.gather(
        told(services.refurbish, "devices", network.work.values()),
        told(services.distribute, "places", of_ours(network.places.values())),
    )
    for some in together(network.lots, AT_ONCE, lambda lot: len(lot.devices)):
        lots = [
            one.model_copy(update={"workshop_id": by_workshop.get(one.workshop_id, one.workshop_id)}) for one in some
        ]
        answers.append(await services.collect.tell(source, lots=lots))
        say(f"lots : {sum(len(lot.devices) for lot in lots)} équipements")
    await told(services.distribute, "orders", of_ours(network.orders))
    return Told(
        sum(one.new for one in answers),
        sum(one.known for one in answers),
        [refused for one in answers for refused in one.refused],
    )


async def settled(source: str, services: Services, say: Callable[[str], None], patience: float = 900.0) -> bool:
    """Wait until every device is where it stood; False when some are not after `patience` seconds without a move."""
    before, still, pause = "", 0.0, _AGAIN_S
    while still < patience:
        found = [await service.progress(source) for service in services]
        if all(one.done >= one.told for one in found):
            return True
        now = ", ".join(f"{one.done}/{one.told}" for one in found)
        still = 0.0 if now != before else still + pause
        if now != before:
            say(f"collecte, atelier, distribution : {now}")
        before = now
        await asyncio.sleep(pause)
        pause = min(pause * 2, _SELDOM_S)
    return False


def together(items: Iterable[Item], most: int, weigh: Callable[[Item], int]) -> Iterable[list[Item]]:
    """Batches, each of at most so much."""
    some: list[Item] = []
    weight = 0
    for one in items:
        if some and weight + weigh(one) > most:
            yield some
            some, weight = [], 0
        some.append(one)
        weight += weigh(one)
    if some:
        yield some


def _media(one: BaseModel) -> int:
    """What it takes of a batch: its media, and as much as makes `AT_ONCE` things a batch."""
    return max(MEDIA_AT_ONCE // AT_ONCE, len(one.media) if isinstance(one, CarriedWork) else 0)
