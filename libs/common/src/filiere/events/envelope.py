"""CloudEvents 1.0 in Kafka binary mode: attributes in `ce_*` headers, data as the JSON value."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

Headers = list[tuple[str, bytes]]

_VERSION = ("ce_specversion", b"1.0")
_JSON = ("content-type", b"application/json")


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
            _VERSION,
            ("ce_id", str(self.id).encode()),
            ("ce_source", self.source.encode()),
            ("ce_type", self.type.encode()),
            ("ce_time", self.time.isoformat().encode()),
            _JSON,
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
        try:
            found = {name: value.decode() for name, value in headers}
            version = found["ce_specversion"]
            envelope = cls(
                UUID(found["ce_id"]),
                found["ce_source"],
                found["ce_type"],
                datetime.fromisoformat(found["ce_time"]),
                found.get("ce_subject"),
                found.get("ce_correlationid"),
                found.get("traceparent") or found.get("ce_traceparent"),
            )
        except KeyError as missing:
            raise MalformedEnvelope(f"missing {missing.args[0]}") from missing
        except (ValueError, AttributeError) as error:
            raise MalformedEnvelope(f"unreadable attribute: {error}") from error
        if version != "1.0":
            raise MalformedEnvelope(f"CloudEvents version {version} is not 1.0")
        return envelope
