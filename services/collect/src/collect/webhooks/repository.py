"""Queries of webhooks."""

from collections.abc import AsyncIterator, Sequence
from typing import NamedTuple
from uuid import UUID

from filiere.database import Found, Key, Kind, Listing, Order, Part, Repository, Scope, Where, listed
from filiere.identifiers import uuid7

from collect.webhooks.schemas import DeliveryOut, EndpointIn, EndpointOut

CHANNEL = "filiere_webhook"
_COLUMNS = """e.id, e.donor_id, e.url, e.kinds, e.secret, e.paused_at, e.paused_why, e.created_at,
    (SELECT count(*)::int FROM webhook_delivery d WHERE d.endpoint_id = e.id AND d.ended_at IS NULL) AS waiting"""
_LOG = Listing(
    "d.id, d.kind, d.payload, d.state, d.attempts, d.answer, d.next_attempt_at, d.created_at, d.ended_at",
    "webhook_delivery d JOIN webhook_endpoint e ON e.id = d.endpoint_id",
    {"created": Order(Key("d.id", Kind.ID))},
)
# Who wants to hear of which message, by the message's place.
_LISTENERS = """
SELECT t.place - 1, e.id
FROM unnest($1::uuid[], $2::text[]) WITH ORDINALITY AS t(donor_id, kind, place)
JOIN webhook_endpoint e ON e.donor_id = t.donor_id AND e.paused_at IS NULL AND t.kind = ANY (e.kinds)
ORDER BY t.place, e.id
"""
_TELL = """
WITH told AS (
    INSERT INTO webhook_delivery (donor_id, endpoint_id, id, kind, payload)
    SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::text[], $5::text[])
)
SELECT pg_notify('filiere_webhook', '')
"""
_IS_DUE = """
SELECT EXISTS (
    SELECT FROM webhook_delivery w JOIN webhook_endpoint f ON f.id = w.endpoint_id AND f.paused_at IS NULL
    WHERE w.ended_at IS NULL AND w.next_attempt_at <= now())
"""
# In hand for so long: whoever dies with it lets go of it by that. `attempts` names the attempt, so that one who comes
# late marks nothing that another has taken over.
_CLAIM = """
UPDATE webhook_delivery d SET attempts = d.attempts + 1, next_attempt_at = now() + make_interval(secs => $1)
FROM webhook_endpoint e
WHERE e.id = d.endpoint_id AND d.id = (
    SELECT w.id FROM webhook_delivery w JOIN webhook_endpoint f ON f.id = w.endpoint_id AND f.paused_at IS NULL
    WHERE w.ended_at IS NULL AND w.next_attempt_at <= now() AND NOT EXISTS (
        SELECT 1 FROM webhook_delivery b
        WHERE b.endpoint_id = w.endpoint_id AND b.ended_at IS NULL AND b.id < w.id)
    ORDER BY w.next_attempt_at LIMIT 1 FOR UPDATE OF w SKIP LOCKED)
RETURNING d.id, d.endpoint_id, e.url, e.secret, d.payload, d.attempts
"""


class Told(NamedTuple):
    """A message on its way into its rows; `payload` is JSON."""

    donor_id: UUID
    kind: str
    payload: str


class InHand(NamedTuple):
    """A message that is being sent; `attempts` counts this attempt."""

    id: UUID
    endpoint_id: UUID
    url: str
    secret: str
    payload: str
    attempts: int


class WebhookRepository(Repository):
    # every tenant: of a donor that the caller has found
    async def add(self, donor_id: UUID, endpoint: EndpointIn, secret: str) -> UUID | None:
        """A new endpoint; None when the donor has one of this address."""
        made: UUID | None = await (await self.driver()).fetchval(
            """INSERT INTO webhook_endpoint (donor_id, id, url, kinds, secret) VALUES ($1, $2, $3, $4, $5)
            ON CONFLICT (donor_id, url) DO NOTHING RETURNING id""",
            *(donor_id, uuid7(), endpoint.url, sorted(set(endpoint.kinds)), secret),
        )
        return made

    async def of_donor(self, scope: Scope, donor_id: UUID) -> list[EndpointOut]:
        rows = await (await self.driver()).fetch(
            f"""SELECT {_COLUMNS} FROM webhook_endpoint e
            WHERE ($1::uuid[] IS NULL OR e.donor_id = ANY($1)) AND e.donor_id = $2 ORDER BY e.id""",
            *(scope.ids, donor_id),
        )
        return [EndpointOut(**dict(row)) for row in rows]

    async def get(self, scope: Scope, endpoint_id: UUID, *, for_update: bool = False) -> EndpointOut | None:
        row = await (await self.driver()).fetchrow(
            f"""SELECT {_COLUMNS} FROM webhook_endpoint e
            WHERE ($1::uuid[] IS NULL OR e.donor_id = ANY($1)) AND e.id = $2
            {"FOR NO KEY UPDATE OF e" if for_update else ""}""",
            *(scope.ids, endpoint_id),
        )
        return EndpointOut(**dict(row)) if row is not None else None

    # every tenant: of an endpoint that the caller has found
    async def change(self, endpoint_id: UUID, kinds: Sequence[str]) -> None:
        await (await self.driver()).execute(
            "UPDATE webhook_endpoint SET kinds = $2 WHERE id = $1", endpoint_id, sorted(set(kinds))
        )

    # every tenant: of an endpoint that the caller has found
    async def renew(self, endpoint_id: UUID, secret: str) -> None:
        await (await self.driver()).execute(
            "UPDATE webhook_endpoint SET secret = $2 WHERE id = $1", endpoint_id, secret
        )

    # every tenant: of an endpoint that the caller has found, or that the worker has in hand
    async def pause(self, endpoint_id: UUID, why: str) -> None:
        """What waits for it goes on waiting."""
        await (await self.driver()).execute(
            """UPDATE webhook_endpoint SET paused_at = now(), paused_why = $2
            WHERE id = $1 AND paused_at IS NULL""",
            *(endpoint_id, why),
        )

    # every tenant: of an endpoint that the caller has found
    async def resume(self, endpoint_id: UUID) -> None:
        """What waits for it is due now."""
        driver = await self.driver()
        await driver.execute(
            "UPDATE webhook_endpoint SET paused_at = NULL, paused_why = NULL WHERE id = $1", endpoint_id
        )
        await driver.execute(
            """UPDATE webhook_delivery SET next_attempt_at = now(), attempts = 0
            WHERE endpoint_id = $1 AND ended_at IS NULL""",
            endpoint_id,
        )
        await driver.execute(f"NOTIFY {CHANNEL}")

    # every tenant: of an endpoint that the caller has found
    async def remove(self, endpoint_id: UUID) -> None:
        """Its log goes with it."""
        await (await self.driver()).execute("DELETE FROM webhook_endpoint WHERE id = $1", endpoint_id)

    # every tenant: of donors to whose donations something happened
    async def tell(self, messages: Sequence[Told]) -> None:
        """A delivery for each endpoint that wants to hear of a message."""
        driver = await self.driver()
        listeners = await driver.fetch(_LISTENERS, [one.donor_id for one in messages], [one.kind for one in messages])
        told = [(messages[place], endpoint_id) for place, endpoint_id in listeners]
        if told:
            await driver.execute(
                _TELL,
                [one.donor_id for one, _ in told],
                [endpoint_id for _, endpoint_id in told],
                [uuid7() for _ in told],
                [one.kind for one, _ in told],
                [one.payload for one, _ in told],
            )

    # every tenant: of an endpoint that the caller has found
    async def tell_one(self, endpoint: EndpointOut, kind: str, payload: str) -> UUID:
        """A message to this endpoint alone."""
        driver = await self.driver()
        made = uuid7()
        await driver.execute(
            "INSERT INTO webhook_delivery (donor_id, endpoint_id, id, kind, payload) VALUES ($1, $2, $3, $4, $5)",
            *(endpoint.donor_id, endpoint.id, made, kind, payload),
        )
        await driver.execute(f"NOTIFY {CHANNEL}")
        return made

    async def log(self, scope: Scope, endpoint_id: UUID, state: str, part: Part) -> Found[DeliveryOut]:
        """What was sent to an endpoint, the newest first; of every state when none is named."""
        wanted: Where = scope.where("d.donor_id").add("d.endpoint_id = {}", endpoint_id)
        if state:
            wanted.add("d.state = {}", state)
        found = await _LOG.page(await self.driver(), wanted, part, "-created")
        return found.of(lambda row: DeliveryOut(**listed(row)))

    async def each(self, scope: Scope, endpoint_id: UUID, state: str) -> AsyncIterator[DeliveryOut]:
        """All that `log` finds, while they are read."""
        wanted: Where = scope.where("d.donor_id").add("d.endpoint_id = {}", endpoint_id)
        if state:
            wanted.add("d.state = {}", state)
        async for row in _LOG.each(await self.driver(), wanted, "-created"):
            yield DeliveryOut(**dict(row))

    async def again(self, scope: Scope, delivery_id: UUID) -> bool:
        """Send a message that was given up, or taken, once more; one that waits goes on waiting.

        False when the caller has none such.
        """
        driver = await self.driver()
        found = await driver.fetchval(
            """UPDATE webhook_delivery SET state = 'waiting', ended_at = NULL,
                attempts = CASE WHEN ended_at IS NULL THEN attempts ELSE 0 END,
                next_attempt_at = CASE WHEN ended_at IS NULL THEN next_attempt_at ELSE now() END
            WHERE ($1::uuid[] IS NULL OR donor_id = ANY($1)) AND id = $2 RETURNING id""",
            *(scope.ids, delivery_id),
        )
        await driver.execute(f"NOTIFY {CHANNEL}")
        return found is not None

    # every tenant: the worker sends for all
    async def is_due(self) -> bool:
        """Whether a message waits for nothing but to be sent; that one of its endpoint goes before it says nothing."""
        return bool(await (await self.driver()).fetchval(_IS_DUE))

    # every tenant: the worker sends everybody's
    async def claim(self, in_hand_s: float) -> InHand | None:
        """The next message that is due, ours for so long; of each endpoint the oldest, one at a time."""
        row = await (await self.driver()).fetchrow(_CLAIM, in_hand_s)
        return InHand(*row) if row is not None else None

    # every tenant: of a message that the worker has in hand
    async def end(self, message: InHand, state: str, answer: str) -> bool:
        """Nothing more is done with it; False when another has taken it over meanwhile."""
        status = await (await self.driver()).execute(
            """UPDATE webhook_delivery SET state = $3, answer = $4, ended_at = now()
            WHERE id = $1 AND attempts = $2 AND ended_at IS NULL""",
            *(message.id, message.attempts, state, answer),
        )
        return bool(status.endswith(" 1"))

    # every tenant: of a message that the worker has in hand
    async def later(self, message: InHand, answer: str, pause_s: float) -> None:
        await (await self.driver()).execute(
            """UPDATE webhook_delivery SET answer = $3, next_attempt_at = now() + make_interval(secs => $4)
            WHERE id = $1 AND attempts = $2 AND ended_at IS NULL""",
            *(message.id, message.attempts, answer, pause_s),
        )

    # every tenant: the log is forgotten by age
    async def prune(self, older_than_s: float, limit: int) -> None:
        await (await self.driver()).execute(
            """DELETE FROM webhook_delivery WHERE id IN (SELECT id FROM webhook_delivery
                WHERE ended_at < now() - make_interval(secs => $1) ORDER BY ended_at LIMIT $2)""",
            *(older_than_s, limit),
        )
