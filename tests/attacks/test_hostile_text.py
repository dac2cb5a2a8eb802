"""What people type is shown as they typed it, and never works: in pages, in exports, in headers."""

import csv
import io
import re
from typing import Any

import pytest
from filiere.identifiers import uuid7
from filiere.testing.events import deliver, incoming, published
from filiere.web import Role

from tests.access.bodies.refurbish import device
from tests.access.matrix import Matrix, Rule
from tests.access.visitors import Visitors
from tests.access.world import World, subject
from tests.attacks.hostile import MARK, UNESCAPED, with_marks
from tests.contracts.texts import NAMES, texts_of

# Besides, `make fuzz` looks for unescaped text on every page it gets.
pytestmark = [pytest.mark.timeout(600), pytest.mark.slow]
FORMULA = ("=", "+", "-", "@", "\t", "\r")
ESCAPED = re.compile(r"=1\+zq(&#39;|&#x27;|&apos;)(&#34;|&quot;)&gt;&lt;b id=zq&gt;")


async def test_hostile_words_are_only_shown(world: World, matrix: Matrix) -> None:
    visitors = Visitors(world, matrix)
    taken = await _write_everywhere(visitors)
    taken += await MORE[world.service.name](world)
    assert taken, "no field took the words: nothing was tested"
    assert await _told_to_others(world) == []
    faults, shown = [], set()
    for rule in matrix:
        if rule.method != "GET" or rule.public:
            continue
        for role in sorted(rule.roles or set(Role)):
            for path in await _addresses(visitors, rule, role):
                http = (
                    await visitors.program(subject(role)) if rule.is_api else (await visitors.browser(subject(role)))[0]
                )
                answer = await http.get(path, follow_redirects=False)
                kind = answer.headers.get("content-type", "")
                if kind.startswith("text/html"):
                    if ESCAPED.search(answer.text):
                        shown.add(path)
                    faults += [f"{path} as {role}: {bad}" for bad in UNESCAPED if bad in answer.text]
                elif kind.startswith("text/csv"):
                    faults += [f"{path} as {role}: the cell {cell}" for cell in _formulas(answer.text)]
                if "\n" in str(answer.headers.get("content-disposition", "")):
                    faults.append(f"{path}: a header of two lines")
    assert faults == []
    assert shown, f"the words are on no page, though these took them: {taken}"


async def _write_everywhere(visitors: Visitors) -> list[str]:
    """Every route that writes, once for each of its texts; those that were taken."""
    taken = []
    for rule in visitors.matrix:
        body = visitors.matrix.body(rule, visitors.world)
        if rule.public or rule.method == "GET" or body is None or "files" in body:
            continue
        role = sorted(rule.roles or set(Role))[0]
        path = visitors.world.path(rule.path, rule.parameters)
        for place, changed in with_marks(body):
            if rule.is_api:
                http = await visitors.program(subject(role))
                answer = await http.request(rule.method, path, json=changed)
            else:
                http, token = await visitors.browser(subject(role))
                answer = await http.post(path, data=changed, headers={"x-csrf-token": token}, follow_redirects=False)
                # A form that is shown again repeats what was typed.
                assert not any(bad in answer.text for bad in UNESCAPED), f"{rule.name} repeats {place} unescaped"
            assert answer.status_code < 500, f"{rule.name} with {place}: {answer.text[:200]}"
            assert "\n" not in answer.headers.get("location", "")
            if answer.is_success or answer.status_code == 303:
                taken.append(f"{rule.name} {place}")
    return taken


async def _told_to_others(world: World) -> list[str]:
    """Texts of events that hold the words though they should name a thing or be the service's own."""
    return [
        f"{event.name}: {path}"
        for event in await published(world.client.database)
        for path, text in texts_of(event.data)
        if "zq" in text and path not in NAMES.get(event.type, set())
    ]


async def _addresses(visitors: Visitors, rule: Rule, role: Role) -> set[str]:
    """The page of side a's object; a list also with the words as a search."""
    path = visitors.world.path(rule.path, rule.parameters)
    return {path} if rule.parameters else {path, f"{path}?q={'%3D1%2Bzq%27%22%3E%3Cb%20id%3Dzq%3E%26%7B%7B7*7%7D%7D'}"}


def _formulas(text: str) -> list[str]:
    """Cells that a spreadsheet would compute; a plain number is none."""
    rows = csv.reader(io.StringIO(text.removeprefix("\ufeff")), delimiter=";")
    cells = [cell for row in rows for cell in row]
    return [cell for cell in cells if cell.startswith(FORMULA) and not re.fullmatch(r"-?\d+([.,]\d+)?", cell)]


async def _collect(world: World) -> list[str]:
    donor, coordinator = await world.caller(Role.DONOR), await world.coordinator()
    site = {"label": MARK, "address": MARK, "postcode": "63000", "city": MARK}
    contact = {"name": MARK, "email": "a@volta.example"}
    await coordinator.post("/donors", {"siren": "732829320", "name": MARK, "site": site, "contact": contact})
    line = {"category": "laptop", "quantity": 1, "manufacturer": MARK, "model": MARK, "asset_tag": MARK, "year": 2022}
    wish = {"donor_id": world.ids["donor_id"], "note": MARK, "lines": [line, {**line, "category": MARK}]}
    made = (await donor.post("/donations", wish))["id"]
    await coordinator.post(f"/donations/{made}/accept")
    rows = f'Type;Marque;Modèle;N° de série;Année\nPortable;"{MARK.replace(chr(34), chr(34) * 2)}";=2+5;@SUM(A1);2022\n'
    rows += '"=cmd|x";-2+3;+1;\t=9;abc\n'
    file = (f"{MARK}.csv", rows.encode(), "text/csv")
    read = await donor.post("/donations/imports", data={"donor_id": world.ids["donor_id"]}, files={"file": file})
    world.ids |= {"donation_id": made, "import_id": read["import_id"]}
    return ["a donor", "a donation", "an import"]


async def _refurbish(world: World) -> list[str]:
    technician, coordinator = await world.caller(Role.WORKSHOP), await world.coordinator()
    body = {"name": MARK, "city": MARK, "postcode": "63300", "capacity": {"laptop": 40}}
    await coordinator.post("/workshops", body)
    lot = str(uuid7())
    workshop = str(world.organisation(Role.WORKSHOP))
    said: dict[str, Any] = {"lot_id": lot, "workshop_id": workshop, "donation_id": str(uuid7())}
    made = {**device(51), "manufacturer": MARK, "model": MARK, "serial": MARK}
    prefix = "org.filiere.collect.lot"
    dispatched = incoming("collect.lots", f"{prefix}-dispatched.v1", lot, {**said, "code": MARK, "devices": 1})
    manifest = incoming("collect.lots", f"{prefix}-manifest.v1", lot, {**said, "devices": [made]})
    await deliver(world.client.database, world.service, [dispatched, manifest])
    await technician.post(f"/lots/{lot}/arrive", {"labels": [made["label"], MARK]})
    world.ids |= {"device_id": made["device_id"], "label": made["label"], "lot_id": lot}
    bench = f"/devices/{made['device_id']}"
    await technician.post(f"{bench}/media", [{"kind": "ssd", "serial": MARK, "size_gb": 256}])
    report = {"medium_serial": MARK, "level": "purge", "method": MARK, "tool": MARK, "tool_version": MARK}
    await technician.post(f"{bench}/erasures", {**report, "result": "failure", "evidence": MARK})
    erasure = (await technician.get(f"{bench}/erasures"))[0]
    world.ids |= {"erasure_id": erasure["id"]}
    await technician.post(f"{bench}/withdraw", {"reason": "board"})
    return ["a workshop", "a device"]


async def _distribute(world: World) -> list[str]:
    coordinator, relais = await world.coordinator(), await world.caller(Role.RELAIS)
    said = {"name": MARK, "legal_form": "association", "address": MARK, "postcode": "48000", "city": MARK}
    more = {"publics": ["seniors"], "people_supported": 1, "may_sell": True}
    made = await coordinator.post("/relais", {**said, **more})
    world.ids["relais_id"] = made["id"]
    wish = {"relais_id": str(world.organisation(Role.RELAIS)), "lines": [{"category": "tablet", "quantity": 1}]}
    order = (await relais.post("/orders", wish))["id"]
    await relais.post(f"/orders/{order}/cancel", {"reason": MARK})
    world.ids["order_id"] = order
    return ["a Relais", "an order"]


MORE = {"collect": _collect, "refurbish": _refurbish, "distribute": _distribute}
