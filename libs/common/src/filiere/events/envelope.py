"""CloudEvents 1.0 in Kafka binary mode: attributes in `ce_*` headers, data as the JSON value."""

import re
from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

Headers = Sequence[tuple[str, bytes | None]]
"""Names that are not UTF-8 come as `surrogateescape` gives them; a value may be null."""

_VERSION = ("ce_specversion", b"1.0")
_JSON = ("content-type", b"application/json")
_OPTIONAL = {"ce_subject", "ce_correlationid", "traceparent", "ce_traceparent"}
_READ = {"ce_specversion", "ce_id", "ce_source", "ce_type", "ce_time", *_OPTIONAL}  # other headers are others' business
_CONTROL = re.compile(rb"[\x00-\x1f\x7f]")  # CloudEvents forbids them, PostgreSQL refuses NUL
_LONGEST = 4000


class MalformedEnvelope(ValueError):
    """The message is not a CloudEvent in binary mode that we can read."""


class Envelope(NamedTuple):
    """The attributes of one event as they travel; `source` is the service, as `/collect`."""

    id: UUID
    source: str
    type: str
    time: datetime
    subject: str | None = None
    correlation_id: str | None = None
    traceparent: str | None = None

    def to_headers(self) -> list[tuple[str, bytes]]:
        headers = [
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
        found = {name: value for name, value in headers if name in _READ}
        if None in found.values():
            found = {name: value for name, value in found.items() if value is not None or name not in _OPTIONAL}
            if None in found.values():
                raise MalformedEnvelope("an attribute without a value")
        together = b"".join(found.values())  # type: ignore[arg-type]  # none is None
        if len(together) > _LONGEST or _has_controls(together):
            raise MalformedEnvelope("control characters in an attribute, or too many characters")
        try:
            texts = {name: value.decode() for name, value in found.items()}  # type: ignore[union-attr]
            version = texts["ce_specversion"]
            get = texts.get
            envelope = cls(
                UUID(texts["ce_id"]),
                texts["ce_source"],
                texts["ce_type"],
                datetime.fromisoformat(texts["ce_time"]),
                get("ce_subject"),
                get("ce_correlationid"),
                get("traceparent") or get("ce_traceparent"),
            )
        except KeyError as missing:
            raise MalformedEnvelope(f"missing {missing.args[0]}") from missing
        except ValueError as error:
            raise MalformedEnvelope(f"unreadable attribute: {error}") from error
        if version != "1.0":
            raise MalformedEnvelope(f"CloudEvents version {version} is not 1.0")
        if envelope.time.tzinfo is None:
            raise MalformedEnvelope("ce_time has no time zone")
        return envelope


def _has_controls(raw: bytes) -> bool:
    # Of ASCII what is printable is all that is no control character, and that is asked ten times as fast.
    return not raw.decode("ascii").isprintable() if raw.isascii() else _CONTROL.search(raw) is not None
