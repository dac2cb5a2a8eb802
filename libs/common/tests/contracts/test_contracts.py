"""Contracts of two small services: what is generated, what is refused, what counts as taking something away."""

import json
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any, ClassVar

import pytest
from filiere.contracts import ContractFault, Network, breaks, drift, generate
from filiere.contracts.files import read, write
from filiere.contracts.schemas import schema_of
from filiere.database.base import service_metadata
from filiere.events import Event, Incoming, event
from filiere.kafka import Subscription, Topic
from filiere.service import Service
from filiere.settings import Settings
from jsonschema import Draft202012Validator
from pydantic import BaseModel, Field

TOPIC = Topic("bakery.loaves", key="loaf_id", description="What happens to loaves.", retention=timedelta(days=7))
BAKED = "org.filiere.bakery.loaf-baked.v1"


class Slice(BaseModel):
    grams: int = Field(description="Weight.", ge=1)


@event(topic="bakery.loaves", name="loaf-baked", version=1, key="loaf_id")
class LoafBaked(Event):
    """A loaf left the oven. It is still hot."""

    loaf_id: str = Field(description="Which loaf.")
    slices: list[Slice] = Field(description="How it is cut.", max_length=40)
    note: str | None = Field(None, description="What the baker says.")
    example: ClassVar[dict[str, Any]] = {"loaf_id": "a", "slices": [{"grams": 30}]}


class Loaf(Incoming, type=BAKED):
    loaf_id: str
    slices: list[Slice]


async def eat(session: Any, events: Sequence[Any]) -> None:
    """Handlers are not run here."""


def bakery(*events: type[Event], topics: Sequence[Topic] = (TOPIC,)) -> Service:
    return _service("bakery", events=events, topics=topics)


def family(*subscriptions: Subscription) -> Service:
    return _service("family", subscriptions=subscriptions)


def _service(name: str, **declared: Any) -> Service:
    empty: dict[str, Any] = {"topics": [], "events": [], "subscriptions": [], "settings": Settings}
    return Service(name=name, title=name, tables=service_metadata, routers=list, **{**empty, **declared})


def network() -> Network:
    return Network([family(Subscription("bakery.loaves", [Loaf], eat)), bakery(LoafBaked)])


def test_the_same_declarations_give_the_same_files() -> None:
    assert generate(network()) == generate(network())
    assert list(generate(network())) == [
        "asyncapi.yaml",
        f"examples/{BAKED}.json",
        f"schemas/{BAKED}.schema.json",
        "topics.yaml",
    ]


def test_the_example_is_completed_and_valid() -> None:
    files = generate(network())
    example = json.loads(files[f"examples/{BAKED}.json"])
    assert example["occurred_at"] == "2026-01-15T09:30:00Z"
    Draft202012Validator(json.loads(files[f"schemas/{BAKED}.schema.json"])).validate(example)


def test_readers_of_the_schema_must_accept_fields_of_later_producers() -> None:
    schema = schema_of(LoafBaked)
    assert "additionalProperties" not in schema
    assert schema["required"] == ["loaf_id", "occurred_at", "slices"], "a field with a default may be missing"


def test_topics_say_who_owns_and_who_reads() -> None:
    text = generate(network())["topics.yaml"]
    for line in ("bakery.loaves:", "owner: bakery", "- family", "retention: P7D", "partitions: 6"):
        assert line in text


def test_an_event_that_refuses_its_own_example_is_a_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(LoafBaked, "example", {"loaf_id": "a"})
    with pytest.raises(ContractFault, match="slices"):
        generate(network())


def test_declarations_that_do_not_fit_together_are_named_all_at_once() -> None:
    class Crumb(Incoming, type="org.filiere.bakery.crumb-fell.v1"):
        pass

    subscriptions = [Subscription("bakery.loaves", [Crumb], eat), Subscription("bakery.crumbs", [Loaf], eat)]
    with pytest.raises(ContractFault) as caught:
        Network([bakery(LoafBaked, topics=[]), family(*subscriptions)])
    assert caught.value.faults == [
        f"{BAKED} goes to bakery.loaves, which bakery does not own",
        "family reads the topic bakery.loaves, which nobody owns",
        "family reads org.filiere.bakery.crumb-fell.v1, which nobody publishes",
        "family reads the topic bakery.crumbs, which nobody owns",
        f"family reads {BAKED} from bakery.crumbs; it is on bakery.loaves",
    ]


def test_events_of_one_topic_have_one_key() -> None:
    @event(topic="bakery.loaves", name="loaf-sold", version=1, key="customer")
    class LoafSold(Event):
        """A loaf was sold."""

        customer: str = Field(description="Who has it.")
        example: ClassVar[dict[str, Any]] = {"customer": "b"}

    with pytest.raises(ContractFault, match="different keys: customer, loaf_id"):
        Network([bakery(LoafBaked, LoafSold)])


def test_drift_is_shown_as_a_diff_and_mended_by_writing(tmp_path: Path) -> None:
    wanted = generate(network())
    assert write(tmp_path, wanted) == sorted(wanted)
    assert drift(read(tmp_path), wanted) == ""

    (tmp_path / "topics.yaml").write_text(wanted["topics.yaml"].replace("P7D", "P8D"))
    (tmp_path / "examples" / "old.json").write_text("{}\n")
    difference = drift(read(tmp_path), wanted)
    assert "-  retention: P8D\n+  retention: P7D\n" in difference
    assert "--- contracts/examples/old.json\n+++ /dev/null" in difference

    assert write(tmp_path, wanted) == ["examples/old.json", "topics.yaml"]
    assert drift(read(tmp_path), wanted) == ""


def changed(**fields: Any) -> list[str]:
    """What readers of the loaf lose when these properties of its schema are changed (None: taken away)."""
    old = schema_of(LoafBaked)
    new = json.loads(json.dumps(old))
    for name, schema in fields.items():
        if name == "required":
            new["required"] = schema
        elif schema is None:
            del new["properties"][name]
        else:
            new["properties"][name] = schema
    return [str(found) for found in breaks({BAKED: old}, {BAKED: new}, network())]


TEXT = {"type": "string"}


def test_a_new_optional_field_takes_nothing_away() -> None:
    assert changed(baker=TEXT) == []


def test_a_lost_field_names_the_services_that_read_it() -> None:
    assert changed(loaf_id=None) == [f"{BAKED}: loaf_id is gone (read by family)"]
    assert changed(note=None) == [f"{BAKED}: note is gone (no service here reads it, others may)"]


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"loaf_id": {"type": "integer"}}, "loaf_id can no longer be string"),
        ({"loaf_id": {"anyOf": [TEXT, {"type": "null"}]}}, "loaf_id can now be null"),
        ({"loaf_id": {**TEXT, "maxLength": 5}}, "loaf_id has a tighter maxLength: none → 5"),
        ({"loaf_id": {**TEXT, "enum": ["a"]}}, "loaf_id is now limited to a list of values"),
        ({"slices": {"type": "array", "items": {"type": "object"}, "maxItems": 40}}, "slices[].grams is gone"),
        ({"required": ["loaf_id", "occurred_at"]}, "slices was always there and is now optional"),
        ({"required": ["loaf_id", "note", "occurred_at", "slices"]}, "note is now required"),
        ({"baker": TEXT, "required": ["baker", "loaf_id", "occurred_at", "slices"]}, "baker is new and required"),
    ],
)
def test_a_tightened_field_is_refused(fields: dict[str, Any], said: str) -> None:
    assert any(said in line for line in changed(**fields)), changed(**fields)


def test_a_looser_bound_takes_nothing_away() -> None:
    slices = {**schema_of(LoafBaked)["properties"]["slices"], "maxItems": 80}
    assert changed(slices=slices) == []


def test_an_event_that_is_gone_hits_everybody_who_reads_it() -> None:
    found = breaks({BAKED: schema_of(LoafBaked)}, {}, network())
    assert [str(each) for each in found] == [f"{BAKED} is gone (read by family)"]
