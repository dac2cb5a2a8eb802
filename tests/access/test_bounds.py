"""Whatever comes in has an end, and the description of the API says where: texts, numbers, lists, dates, bodies."""

import ast
import importlib
import random
import re
import string
from collections.abc import Iterator
from typing import Any

import pytest
from filiere.service import Service
from filiere.testing.client import ServiceClient
from filiere.web.openapi import SHEETS, problem_types
from pydantic import BaseModel

from .matrix import Matrix, Rule
from .test_api import api_rules, described, operation
from .visitors import Visitors
from .world import World, subject

pytestmark = pytest.mark.timeout(300)
# Formats whose texts are bounded by what they are; `date` and `date-time` say their bounds beside.
FINITE_FORMATS = {"uuid", "binary"}


def unbounded(description: dict[str, Any], schema: dict[str, Any], place: str) -> Iterator[str]:
    """Places inside a request where something has no end."""
    if "$ref" in schema:
        target = description["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
        yield from unbounded(description, target, place)
        return
    for several in ("anyOf", "oneOf", "allOf"):
        for one in schema.get(several, ()):
            yield from unbounded(description, one, place)
    if "enum" in schema or "const" in schema:
        return
    kind = schema.get("type")
    if kind == "string":
        yield from unbounded_text(schema, place)
    elif kind in ("integer", "number"):
        if not ({"maximum", "exclusiveMaximum"} & schema.keys() and {"minimum", "exclusiveMinimum"} & schema.keys()):
            yield f"{place}: a number without bounds"
    elif kind == "array":
        if "maxItems" not in schema:
            yield f"{place}: a list without an end"
        yield from unbounded(description, schema.get("items", {}), f"{place}[]")
    elif kind == "object":
        for name, one in schema.get("properties", {}).items():
            yield from unbounded(description, one, f"{place}.{name}")
        if isinstance(more := schema.get("additionalProperties"), dict):
            if "propertyNames" not in schema and "maxProperties" not in schema:
                yield f"{place}: an object of any size"
            yield from unbounded(description, more, f"{place}.*")
    elif kind is None and not {"anyOf", "oneOf", "allOf"} & schema.keys():
        yield f"{place}: anything"


def unbounded_text(schema: dict[str, Any], place: str) -> Iterator[str]:
    if schema.get("format") in ("date", "date-time"):
        if not {"formatMinimum", "formatMaximum"} <= schema.keys():
            yield f"{place}: any day of ten thousand years"
    elif not (schema.get("format") in FINITE_FORMATS or {"contentMediaType", "maxLength"} & schema.keys()):
        pattern = schema.get("pattern", "*")
        if re.search(r"[*+]|,}", pattern) or not (pattern.startswith("^") and pattern.endswith("$")):
            yield f"{place}: a text without an end"


def taken_in(description: dict[str, Any], rule: Rule) -> Iterator[tuple[str, dict[str, Any]]]:
    found = operation(description, rule)
    for parameter in found.get("parameters", []):
        yield f"{rule.name} ?{parameter['name']}", parameter["schema"]
    for kind, content in found.get("requestBody", {}).get("content", {}).items():
        if not (rule.raw and content["schema"] == {}):
            yield f"{rule.name} {kind}", content["schema"]


async def test_everything_that_comes_in_has_an_end(client: ServiceClient, matrix: Matrix) -> None:
    description = await described(client)
    faults = [
        fault
        for rule in api_rules(matrix)
        for place, schema in taken_in(description, rule)
        for fault in unbounded(description, schema, place)
    ]
    assert faults == []


async def test_every_body_says_how_large_it_may_be(client: ServiceClient, matrix: Matrix) -> None:
    description = await described(client)
    faults = []
    for rule in api_rules(matrix):
        found = operation(description, rule)
        if "requestBody" in found and not 0 < found.get("x-max-body-bytes", 0) <= 64 * 2**20:
            faults.append(rule.name)
    assert faults == []


async def test_every_status_and_kind_of_answer_is_described(client: ServiceClient, matrix: Matrix) -> None:
    description = await described(client)
    faults = []
    for rule in api_rules(matrix):
        found = operation(description, rule)
        expected = {"401", "403", "422", "503"} | ({"400", "413", "415"} if "requestBody" in found else set())
        expected |= {"409"} if rule.method == "POST" else set()
        if missing := expected - found["responses"].keys():
            faults.append(f"{rule.name} does not tell {sorted(missing)}")
        for status, answer in found["responses"].items():
            if status >= "400" and not problem_types(answer):
                faults.append(f"{rule.name} names no problem of {status}")
        if rule.path.endswith(".csv") and list(found["responses"]["200"]["content"]) != list(SHEETS):
            faults.append(f"{rule.name} gives CSV and says {found['responses']['200']['content']}")
    assert faults == []


async def test_a_wrong_method_is_told_all_right_ones(client: ServiceClient, matrix: Matrix) -> None:
    known: dict[str, set[str]] = {}
    for rule in matrix:
        known.setdefault(rule.path, set()).add(rule.method)
    faults = []
    async with client.anonymous() as anybody:
        for path, methods in known.items():
            if "{" in path:
                continue
            answer = await anybody.request("TRACE", path)
            told = set(answer.headers.get("allow", "").split(", ")) - {"HEAD"}
            if answer.status_code != 405 or not methods <= told:
                faults.append(f"{path}: {answer.status_code} {told} instead of {methods}")
    assert faults == []


def forms_of(service: Service) -> Iterator[tuple[str, type[BaseModel]]]:
    """(place, model) of every form that a page of the service reads."""
    for file in sorted(service.root.rglob("*.py")):
        if "read_form(" not in (text := file.read_text()):
            continue
        parts = (service.root.name, *file.relative_to(service.root).with_suffix("").parts)
        names = vars(importlib.import_module(".".join(parts)))
        for call in ast.walk(ast.parse(text)):
            if isinstance(call, ast.Call) and ast.unparse(call.func) == "read_form":
                yield f"{'/'.join(parts)}:{call.lineno}", names[ast.unparse(call.args[1])]


def test_every_field_of_every_form_has_an_end(service: Service) -> None:
    found = list(forms_of(service))
    assert found
    faults: list[str] = []
    for place, model in found:
        schema = model.model_json_schema()
        faults += unbounded({"components": {"schemas": schema.get("$defs", {})}}, schema, f"{place} {model.__name__}")
    assert faults == []


# Handlers that read a form without a model, by why each of their texts has an end all the same.
WITHOUT_A_MODEL = {
    "it is cut or looked up": {
        "distribute.handovers.pages.scan", "distribute.handovers.cart_pages.look_again",
        "distribute.shipments.pages.pack", "distribute.shipments.pages.receive",
        "distribute.screens.shop.order", "distribute.screens.orders.cancel", "distribute.screens.orders.give_up",
        "refurbish.arrivals.pages.scan", "distribute.shipments.reception_pages.receive",
        "distribute.incidents.pages.missing",
        "distribute.screens.approval.approve",
        "refurbish.arrivals.pages.scan_in_lot", "refurbish.arrivals.pages.arrive", "refurbish.arrivals.pages.set_aside",
        "refurbish.arrivals.pallets.pages.receive_pallet", "refurbish.parcels.pages.pack",
        "refurbish.arrivals.mismatches.pages.attach", "refurbish.arrivals.mismatches.pages.dismiss",
        "refurbish.test_sheets.pages.record_tests", "refurbish.test_sheets.pages.answer_point",
        "collect.imports.column_pages.correct",
        "distribute.guidance.pages.answer", "distribute.guidance.pages.slip",
    },
    "it is a file": {
        "collect.imports.pages.upload", "collect.screens.draft_files.merge_file",
        "refurbish.audits.pages.take_in", "collect.attachments.pages.add",
        "refurbish.photos.pages.add", "distribute.incidents.pages.report",
        "distribute.topups.office_pages.take_in", "distribute.campaign_invitations.pages.invite",
    },
    "as many lines as it says; each, and the whole, by the API's models": {
        "collect.screens.draft_form.form_of_lines", "collect.lots.pages._read_split",
    },
    "its body is bounded, and what was typed beside a file is only shown again": {
        "refurbish.erasure.pages.record_erasure",
    },
    "two identifiers, read as such": {"collect.screens.draft_files.draft_import"},
}  # fmt: skip


def read_without_a_model(service: Service) -> Iterator[str]:
    """Functions that call `request.form()` themselves."""
    for file in sorted(service.root.rglob("*.py")):
        place = ".".join((service.root.name, *file.relative_to(service.root).with_suffix("").parts))
        if ".form" not in (text := file.read_text()):
            continue
        for function in ast.walk(ast.parse(text)):
            if isinstance(function, ast.AsyncFunctionDef) and any(
                isinstance(call, ast.Call) and ast.unparse(call.func).endswith(".form") for call in ast.walk(function)
            ):
                yield f"{place}.{function.name}"


def test_whoever_reads_a_form_without_a_model_says_why_it_has_an_end(service: Service) -> None:
    said = {name for names in WITHOUT_A_MODEL.values() for name in names if name.startswith(f"{service.name}.")}
    assert set(read_without_a_model(service)) == said


LONG = "".join(random.Random(2).choices(string.ascii_letters + string.digits + "é€", k=20_000))


@pytest.mark.slow
async def test_a_long_text_in_any_field_of_a_form_is_an_answer(world: World, matrix: Matrix) -> None:
    visitors, faults = Visitors(world, matrix), []
    for rule in matrix:
        body = matrix.body(rule, world)
        if rule.public or rule.is_api or rule.method == "GET" or not isinstance(body, dict):
            continue
        for name in body.keys() - {"files"}:
            who = subject(sorted(rule.roles)[0]) if rule.roles else "coordinator"
            path = world.path(rule.path, rule.parameters)
            answer = await visitors.send(rule, who, path, {**body, name: LONG})
            if answer.status_code >= 500:
                faults.append(f"{rule.name} {name}: {answer.status_code}")
            if len(answer.headers.get("set-cookie", "")) > 4096:
                faults.append(f"{rule.name} {name}: a cookie that no browser keeps")
    assert faults == []
