"""Valid requests of the API with something changed: JSON at any place, forms with files, queries, content types."""

import random
import time
from typing import Any
from urllib.parse import quote, urlencode

import httpx
from filiere.database.ordering import cursor_at

from tests.access.matrix import Rule
from tests.access.world import subject
from tests.fuzz.asking import Answer, Asker
from tests.fuzz.headers import content_type, odd_headers
from tests.fuzz.report import Report
from tests.fuzz.served import LOGS_OUT, Ground, Person
from tests.fuzz.values import any_value, as_json, mutated, text

_TYPES = ("application/json", "application/json", "application/json", "text/plain", "application/x-www-form-urlencoded")

_ORDERS = ("newest", "label", "name", "number", "position", "ready_at", "updated_at", "wanted")
_MOMENTS = ("9999-12-31T23:59:59-23:59", "0001-01-01T00:00:00+23:59", "2026-11-03T10:00:00Z", "infinity", "\0")
_FORMATS = {"date": "2026-11-03", "date-time": "2026-11-03T10:00:00Z", "uuid": "01936f3e-0000-7000-8000-000000000001"}


def run(ground: Ground, seed: int, seconds: float) -> Report:
    """Until the time is over, every route at least once."""
    rng = random.Random(f"bodies {ground.service.name} {seed}")
    report = Report(seed)
    asker = Asker(ground, "bodies", report)
    document = httpx.get(f"{ground.address}/api/openapi.json", timeout=30).json()
    known = document["paths"].keys() - {LOGS_OUT}
    rules = [rule for rule in ground.matrix if rule.is_api and rule.path in known]
    ends = time.monotonic() + seconds
    while time.monotonic() < ends:
        rng.shuffle(rules)
        for rule in rules:
            operation = document["paths"][rule.path][rule.method.lower()]
            _one(rng, asker, rule, operation, document)
            if time.monotonic() > ends and report.tried[asker.part] > len(rules):
                break
    asker.close()
    return report


def _one(rng: random.Random, asker: Asker, rule: Rule, operation: dict[str, Any], document: dict[str, Any]) -> None:
    who = _caller(rng, asker.ground, rule)
    target = address(rng, asker.ground, rule)
    names = [each["name"] for each in operation.get("parameters", []) if each.get("in") == "query"]
    if names and rng.random() < 0.8:
        target += "?" + query(rng, names)
    headers = {"authorization": f"Bearer {who.token}"} if who.token else {}
    headers |= odd_headers(rng)
    if rng.random() < 0.1:
        headers["idempotency-key"] = quote(text(rng)[:80])
    body: bytes | None = None
    if rule.method != "GET" and "requestBody" in operation:
        body, kind = _body(rng, asker.ground, rule, operation, document)
        headers["content-type"] = content_type(rng, kind)
    answer = asker.ask(rule.method, target, headers, body, who)
    _judge(asker, rule, operation, answer, target, headers, body, who)


def _judge(
    asker: Asker,
    rule: Rule,
    operation: dict[str, Any],
    answer: Answer,
    target: str,
    headers: dict[str, str],
    body: bytes | None,
    who: Person,
) -> None:
    if answer.status == 0 or answer.status >= 500:
        return
    said = f"{answer.status} {answer.text[:200]}"
    documented = operation["responses"]
    # A value that ends the path's segment (`/`) leads to another route, or to none.
    elsewhere = answer.status in (404, 405) and "%2F" in target
    if str(answer.status) not in documented and not elsewhere:
        said = f"{rule.name}: {said}"
        asker.fail(f"undocumented {answer.status}", said, rule.method, target, headers, body, who)
    elif answer.status >= 400 and not answer.headers.get("content-type", "").startswith("application/problem+json"):
        asker.fail("a refusal that is no problem document", said, rule.method, target, headers, body, who)


def _caller(rng: random.Random, ground: Ground, rule: Rule) -> Person:
    """Mostly somebody who may, so that the request gets in."""
    if rule.roles and rng.random() < 0.8:
        return ground.people[subject(rng.choice(sorted(rule.roles)))]
    return ground.people[rng.choice(sorted(ground.people))]


def address(rng: random.Random, ground: Ground, rule: Rule) -> str:
    """The rule's address: mostly real objects, sometimes anything."""
    path = rule.path
    for name in rule.parameters:
        value = ground.ids[name] if rng.random() < 0.85 else text(rng) or "-"
        for written in (f"{{{name}}}", f"{{{name}:path}}"):
            path = path.replace(written, quote(value, safe=""))
    return path


def query(rng: random.Random, names: list[str]) -> str:
    chosen = rng.sample(names, rng.randint(1, min(3, len(names))))
    pairs = [(name, _asked(rng, name)) for name in chosen for _ in range(rng.choice((1, 1, 1, 2)))]
    written = urlencode(pairs)
    return written + rng.choice(("&%ff=%fe", "&%00=1", "&&=")) if rng.random() < 0.1 else written


def _asked(rng: random.Random, name: str) -> str:
    """What a query says of one thing; of a place in a list now and then a place that might be one."""
    if name not in ("after", "before", "apres", "avant") or rng.random() < 0.3:
        return text(rng)
    keys = rng.choice((_MOMENTS, _MOMENTS, ("9" * 19, "label", "FIL-0000-0")))
    second = rng.choice(([], [_FORMATS["uuid"]], [text(rng)[:100]]))
    return cursor_at(rng.choice(_ORDERS), [rng.choice(keys), *second])


def _body(
    rng: random.Random, ground: Ground, rule: Rule, operation: dict[str, Any], document: dict[str, Any]
) -> tuple[bytes, str]:
    kinds = operation["requestBody"]["content"]
    valid = ground.matrix.body(rule, ground.world)
    if "multipart/form-data" in kinds:
        return multipart(rng, valid)
    if valid is None:
        schema = kinds.get("application/json", {}).get("schema", {})
        valid = example(rng, schema, document)
    changed = mutated(rng, valid) if rng.random() < 0.9 else valid
    return as_json(rng, changed), rng.choice(_TYPES)


def multipart(rng: random.Random, valid: dict[str, Any]) -> tuple[bytes, str]:
    """A form with its files, one of its parts changed."""
    fields = {name: value for name, value in valid.items() if name != "files"}
    files = dict(valid.get("files", {}))
    if fields and rng.random() < 0.4:
        fields[rng.choice(sorted(fields))] = text(rng)
    for name, (filename, content, kind) in list(files.items()):
        draw = rng.random()
        if draw < 0.3:
            filename = text(rng)[:300]
        if draw > 0.5:
            changed = bytearray(content)
            for _ in range(rng.randint(1, 20)):
                changed[rng.randrange(len(changed))] = rng.randrange(256)
            content = bytes(changed)
        files[name] = (filename, content, kind)
    request = httpx.Request("POST", "http://form", data=fields, files=files)
    content = request.read()
    kind = request.headers["content-type"]
    if rng.random() < 0.1:
        content = content[: rng.randrange(len(content))]
    if rng.random() < 0.05:
        kind = rng.choice(("multipart/form-data", "multipart/form-data; boundary=", "multipart/form-data; boundary=é"))
    return content, kind.encode().decode("latin-1")


def example(rng: random.Random, schema: dict[str, Any], document: dict[str, Any], depth: int = 0) -> Any:
    """Something like what the schema asks for, where the access tests need no body."""
    if "$ref" in schema:
        schema = document["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    for choice in ("anyOf", "oneOf", "allOf"):
        if choice in schema:
            return example(rng, rng.choice(schema[choice]), document, depth)
    if "enum" in schema:
        return rng.choice(schema["enum"])
    kind = schema.get("type")
    if kind == "object" and depth < 5:
        properties = schema.get("properties", {})
        wanted = [name for name in properties if name in schema.get("required", ()) or rng.random() < 0.4]
        return {name: example(rng, properties[name], document, depth + 1) for name in wanted}
    if kind == "array" and depth < 5:
        return [example(rng, schema.get("items", {}), document, depth + 1)]
    simple = {"integer": schema.get("minimum", 1), "number": 1.5, "boolean": True, "null": None}
    if kind in simple:
        return simple[kind]
    formats = {
        "date": "2026-11-03",
        "uuid": "01936f3e-0000-7000-8000-000000000001",
        "date-time": "2026-11-03T10:00:00Z",
    }
    return formats.get(schema.get("format", ""), "Mende") if kind == "string" else any_value(rng)
