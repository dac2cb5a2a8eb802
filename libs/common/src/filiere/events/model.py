"""What a service publishes (`Event`) and what it reads of others' events (`Incoming`)."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, ClassVar, TypeVar

from pydantic import BaseModel, ConfigDict, Field

from filiere.calendar import now

TYPE_PREFIX = "org.filiere"
MAX_EVENT_BYTES = 256 * 1024  # architecture: an event stays under 256 KB; the embedded broker enforces nothing


class EventTooLarge(ValueError):
    def __init__(self, type_: str, size: int) -> None:
        super().__init__(f"An event {type_} of {size} bytes is over the limit of {MAX_EVENT_BYTES}; send it in chunks.")


class Event(BaseModel):
    """Base of published events. Decorate the subclass with `@event`; v1 changes are additive only."""

    model_config = ConfigDict(frozen=True, extra="forbid", ser_json_timedelta="iso8601")

    topic: ClassVar[str]
    type: ClassVar[str]
    key_field: ClassVar[str]
    example: ClassVar[dict[str, Any]]

    occurred_at: datetime = Field(default_factory=now, description="When it happened, with time zone.")

    @property
    def key(self) -> str:
        """The aggregate whose order matters."""
        return str(getattr(self, self.key_field))

    def to_json(self) -> str:
        """The event's data as JSON.

        :raises EventTooLarge: over `MAX_EVENT_BYTES`.
        """
        text = self.model_dump_json()
        # A character takes four bytes at most: the exact size is only worked out near the limit.
        if len(text) * 4 > MAX_EVENT_BYTES and (size := len(text.encode())) > MAX_EVENT_BYTES:
            raise EventTooLarge(self.type, size)
        return text


E_ = TypeVar("E_", bound=type[Event])


def event(*, topic: str, name: str, version: int, key: str) -> Callable[[E_], E_]:
    """Name an event: its topic, its type `org.filiere.<service>.<name>.v<version>`, the field that orders it."""

    def name_it(cls: E_) -> E_:
        fields: dict[str, Any] = cls.__pydantic_fields__
        if key not in fields and not isinstance(getattr(cls, key, None), property):
            raise TypeError(f"{cls.__name__} has no field {key!r} to be its key")
        cls.topic = topic
        cls.type = f"{TYPE_PREFIX}.{topic.split('.')[0]}.{name}.v{version}"
        cls.key_field = key
        if not cls.__doc__:
            raise TypeError(f"{cls.__name__} needs a docstring: it becomes the contract's description")
        return cls

    return name_it


class Incoming(BaseModel):
    """Base of a consumer's own, narrow model of an event it reads: only the fields it needs, the rest ignored."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    event_type: ClassVar[str] = ""

    def __init_subclass__(cls, *, type: str = "", **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if type:
            cls.event_type = type

    occurred_at: datetime
