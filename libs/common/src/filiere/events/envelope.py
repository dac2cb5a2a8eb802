"""CloudEvents 1.0 in Kafka binary mode: attributes in `ce_*` headers, data as the JSON value."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

Headers = list[tuple[str, bytes]]

_REQUIRED = ("ce_id", "ce_source", "ce_specversion", "ce_type")


class MalformedEnvelope(ValueError):
    """The message is not a CloudEvent in binary mode that we can read."""


@dataclass(frozen=True, slots=True)
class Envelope:
    """The attributes of one event as they travel; `source` is the service, as `/collect`."""

    id: UUID
    source: str
    type: str
    time: datetime
    subject: str | None = None
    correlation_id: str | None = None
    traceparent: str | None = None

    def to_headers(self) -> Headers:
        headers: Headers = [
            ("ce_specversion", b"1.0"),
            ("ce_id", str(self.id).encode()),
            ("ce_source", self.source.encode()),
            ("ce_type", self.type.encode()),
            ("ce_time", self.time.isoformat().encode()),
            ("content-type", b"application/json"),
        ]
        if self.subject:
            headers.append(("ce_subject", self.subject.encode()))
        if self.correlation_id:
            headers.append(("ce_correlationid", self.correlation_id.encode()))
        if self.traceparent:
            # Both names: `traceparent` is what Kafka tracers look for, `ce_traceparent` the CloudEvents extension.
            headers.append(("traceparent", self.traceparent.encode()))
            headers.append(("ce_traceparent", self.traceparent.encode()))
        return headers

    @classmethod
    def from_headers(cls, headers: Headers) -> "Envelope":
        """Read the envelope of a message.

        :raises MalformedEnvelope: a required attribute is missing, or an id or time cannot be read.
        """
        found = dict(headers)
        missing = [name for name in _REQUIRED if name not in found]
        if missing:
            raise MalformedEnvelope(f"missing {', '.join(missing)}")
        if found["ce_specversion"] != b"1.0":
            raise MalformedEnvelope(f"CloudEvents version {found['ce_specversion']!r} is not 1.0")
        try:
            return cls(
                id=UUID(found["ce_id"].decode()),
                source=found["ce_source"].decode(),
                type=found["ce_type"].decode(),
                time=datetime.fromisoformat(found["ce_time"].decode()),
                subject=_text(found, "ce_subject"),
                correlation_id=_text(found, "ce_correlationid"),
                traceparent=_text(found, "traceparent") or _text(found, "ce_traceparent"),
            )
        except (KeyError, ValueError) as error:
            raise MalformedEnvelope(f"unreadable attribute: {error}") from error


def _text(found: dict[str, bytes], name: str) -> str | None:
    value = found.get(name)
    return value.decode() if value is not None else None
