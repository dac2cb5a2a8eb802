"""Tables of webhooks."""

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from collect.base import Base, Created, Id, Moment, Ref, Text, Words


class WebhookEndpointTable(Base):
    """An address of a donor's tool. `secret` signs what it gets; paused ones get nothing."""

    __tablename__ = "webhook_endpoint"
    __table_args__ = (sa.UniqueConstraint("donor_id", "url"),)

    donor_id: Mapped[Ref] = mapped_column(sa.ForeignKey("donor.id"))
    id: Mapped[Id]
    url: Mapped[Text]
    kinds: Mapped[Words]
    secret: Mapped[Text]
    paused_at: Mapped[Moment | None]
    # 'donor', 'gone' (it answered 410) or 'failing' (given up after the last attempt).
    paused_why: Mapped[str | None] = mapped_column(sa.Text)
    created_at: Mapped[Created]


class WebhookDeliveryTable(Base):
    """One message to one endpoint. `payload` is the very text that is signed and sent."""

    __tablename__ = "webhook_delivery"
    __table_args__ = (
        sa.CheckConstraint("state IN ('waiting', 'delivered', 'given_up')", name="state_known"),
        sa.CheckConstraint("(state = 'waiting') = (ended_at IS NULL)", name="end_is_dated"),
        # The oldest of each endpoint goes first, and the next waits for it.
        sa.Index("ix_webhook_delivery_waiting", "endpoint_id", "id", postgresql_where=sa.text("ended_at IS NULL")),
        sa.Index("ix_webhook_delivery_log", "endpoint_id", "id"),
        sa.Index("ix_webhook_delivery_ended_at", "ended_at", postgresql_where=sa.text("ended_at IS NOT NULL")),
    )

    donor_id: Mapped[Ref]
    endpoint_id: Mapped[Ref] = mapped_column(sa.ForeignKey("webhook_endpoint.id", ondelete="CASCADE"))
    id: Mapped[Id]
    kind: Mapped[Text]
    payload: Mapped[Text]
    state: Mapped[Text] = mapped_column(server_default="waiting")
    attempts: Mapped[int] = mapped_column(sa.Integer, server_default="0")
    # While an attempt is under way: when somebody else may take it over.
    next_attempt_at: Mapped[Created]
    # What the last attempt got: a status, or one of a few words.
    answer: Mapped[str | None] = mapped_column(sa.Text)
    created_at: Mapped[Created]
    ended_at: Mapped[Moment | None]
