"""Who publishes what and who reads it, across all services; refuses declarations that do not fit together."""

from collections import Counter
from collections.abc import Iterator, Sequence
from functools import cached_property

from filiere.events import Event, Incoming
from filiere.events.model import TYPE_PREFIX
from filiere.kafka.ports import Topic
from filiere.service import Service


class ContractFault(ValueError):
    """Services declare things that do not fit together; the message has one line per fault."""

    def __init__(self, faults: Sequence[str]) -> None:
        super().__init__("\n".join(faults))
        self.faults = list(faults)


class Network:
    """The services of one installation, seen through their events alone.

    :raises ContractFault: at construction, when a type or topic has two owners, an event goes to a topic that its
        service does not own, events of one topic have different keys, or somebody reads what nobody publishes.
    """

    def __init__(self, services: Sequence[Service]) -> None:
        self.services = sorted(services, key=lambda service: service.name)
        if faults := list(self._faults()):
            raise ContractFault(faults)

    @cached_property
    def topics(self) -> dict[str, Topic]:
        """Topics by name, sorted."""
        return {t.name: t for t in sorted((t for s in self.services for t in s.topics), key=lambda t: t.name)}

    @cached_property
    def events(self) -> dict[str, type[Event]]:
        """Event classes by type, sorted."""
        return {e.type: e for e in sorted((e for s in self.services for e in s.events), key=lambda e: e.type)}

    def owner(self, topic: str) -> Service:
        return next(s for s in self.services if any(t.name == topic for t in s.topics))

    def events_of(self, topic: str) -> list[type[Event]]:
        return [event for event in self.events.values() if event.topic == topic]

    def readers(self, type_: str) -> Iterator[tuple[Service, type[Incoming]]]:
        """Each service that reads this type, with its narrow model; a service may have several."""
        for service in self.services:
            for subscription in service.subscriptions:
                if (model := subscription.by_type.get(type_)) is not None:
                    yield service, model

    def consumers(self, topic: str) -> list[str]:
        """Names of the services that subscribe to a topic, sorted."""
        return sorted({s.name for s in self.services for sub in s.subscriptions if sub.topic == topic})

    def types_read(self, service: Service, topic: str) -> list[str]:
        return sorted({t for sub in service.subscriptions if sub.topic == topic for t in sub.by_type})

    def _faults(self) -> Iterator[str]:
        yield from self._ownership_faults()
        yield from self._event_faults()
        yield from self._subscription_faults()

    def _ownership_faults(self) -> Iterator[str]:
        for name, count in Counter(t.name for s in self.services for t in s.topics).items():
            if count > 1:
                yield f"topic {name} is declared {count} times"
        for type_, count in Counter(e.type for s in self.services for e in s.events).items():
            if count > 1:
                yield f"event {type_} is declared {count} times"
        for service in self.services:
            for topic in service.topics:
                if not topic.name.startswith(f"{service.name}."):
                    yield f"topic {topic.name} of {service.name} must be named {service.name}.<something>"

    def _event_faults(self) -> Iterator[str]:
        for service in self.services:
            owned = {topic.name: topic for topic in service.topics}
            keys: dict[str, set[str]] = {}
            for event in service.events:
                if event.topic not in owned:
                    yield f"{event.type} goes to {event.topic}, which {service.name} does not own"
                if not event.type.startswith(f"{TYPE_PREFIX}.{service.name}."):
                    yield f"{event.type} is published by {service.name} but not named after it"
                if not isinstance(getattr(event, "example", None), dict):
                    yield f"{event.type} has no example"
                for name, field in event.model_fields.items():
                    if not field.description:
                        yield f"{event.type}: field {name} has no description"
                keys.setdefault(event.topic, set()).add(event.key_field)
            for topic_name, found in keys.items():
                # Two keys in one topic: events of one aggregate land in different partitions and lose their order.
                if len(found) > 1:
                    yield f"events of {topic_name} have different keys: {', '.join(sorted(found))}"

    def _subscription_faults(self) -> Iterator[str]:
        published = {event.type: event.topic for service in self.services for event in service.events}
        topics = {topic.name for service in self.services for topic in service.topics}
        for service in self.services:
            for subscription in service.subscriptions:
                if subscription.topic not in topics:
                    yield f"{service.name} reads the topic {subscription.topic}, which nobody owns"
                for type_ in subscription.by_type:
                    if type_ not in published:
                        yield f"{service.name} reads {type_ or 'a model without a type'}, which nobody publishes"
                    elif published[type_] != subscription.topic:
                        yield f"{service.name} reads {type_} from {subscription.topic}; it is on {published[type_]}"
