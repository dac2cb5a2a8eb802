"""The fuzzers' judges: each fault is named, with a command to see it again; a sound answer is not."""

import os
import random
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from filiere.service import installed_services

from tests.access.matrices.collect import MATRIX
from tests.fuzz import openapi
from tests.fuzz.asking import Asker
from tests.fuzz.meter import Meter
from tests.fuzz.report import Failure, Report
from tests.fuzz.served import Ground, Person
from tests.fuzz.values import MARK, as_json, mutated

LEA = Person("lea", "token", "cookie=1", "csrf")
SOUND = {"content-type": "text/html; charset=utf-8", "x-content-type-options": "nosniff"}
ANSWERS: dict[str, tuple[int, dict[str, str], str]] = {
    "/sound": (200, SOUND, "<p>&lt;b&gt;</p>"),
    "/crash": (500, SOUND, ""),
    "/busy": (503, SOUND, ""),
    "/bare": (200, {"content-type": "text/html"}, ""),
    "/teapot": (418, SOUND, ""),
    "/json": (200, {**SOUND, "content-type": "application/json"}, "{}"),
    "/hostile": (200, SOUND, f"<p>{MARK}</p>"),
}
FAULTS = {
    "/crash": "500 from GET /crash",
    "/busy": "503 from GET /busy",
    "/bare": "no security headers",
    "/teapot": "418 from a page",
    "/json": "application/json from a page",
    "/hostile": "unescaped text",
    "/gone": "no answer",
}


class Door(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        if self.path not in ANSWERS:
            self.close_connection = True
            return
        status, headers, body = ANSWERS[self.path]
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body.encode())

    def log_message(self, *_: object) -> None:
        """Silence."""


@pytest.fixture
def asker(tmp_path: Path) -> Iterator[Asker]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Door)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    address = f"http://127.0.0.1:{server.server_port}"
    service = installed_services()[0]
    nowhere: Any = None
    place = Ground(service, address, os.getpid(), tmp_path / "log", {}, {"lea": LEA}, MATRIX, nowhere)
    yield Asker(place, "pages", Report(7))
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.mark.parametrize("path", ["/sound", *FAULTS])
def test_each_fault_is_named_and_can_be_seen_again(asker: Asker, path: str) -> None:
    answer = asker.ask("GET", path, {"cookie": LEA.cookies}, None, LEA)
    asker.judge_page(answer, "GET", path, {"cookie": LEA.cookies}, None, LEA)
    asker.close()
    found = [(failure.kind, failure.again.endswith(f"{path}'")) for failure in asker.report.failures]
    assert found == ([(FAULTS[path], True)] if path in FAULTS else [])


def test_what_an_input_costs_is_seen() -> None:
    meter = Meter(os.getpid())
    meter.begin()
    heap = bytearray(250 * 1024 * 1024)
    heap[::4096] = b"x" * len(heap[::4096])
    del heap
    assert "MB more" in meter.end().excess
    meter.begin()
    assert meter.end().excess == ""


def test_the_findings_of_schemathesis_are_read_from_what_it_prints() -> None:
    output = """
=================================== FAILURES ===================================
_______________ GET /api/v1/prices ________________
1. Test Case ID: ddS7S3

- ST101 Server error

[500] Internal Server Error:

    `{}`

Reproduce with:

    curl -X GET -H 'Authorization: Bearer eyJ0eXAiOiJhdCtqd3QiLCJhbGciOiJSUzI1NiIsImtpZCI6Ij.x.y' http://here/prices

    st replay ddS7S3

=================================== SUMMARY ====================================
"""
    (failure,) = openapi.failures("openapi of distribute", output)
    assert failure.kind == "ST101 Server error of GET /api/v1/prices"
    assert failure.again == "curl -X GET -H 'Authorization: Bearer $TOKEN' http://here/prices"


def test_only_a_word_beside_an_id_may_name_the_methods_of_both() -> None:
    words = openapi.words_beside_an_id(["/shipments/{shipment_id}", "/shipments/receive", "/prices", "/days/{day}"])
    assert words == {"/shipments/receive"}

    def of(path: str, title: str = "ST205 Allow header mismatch") -> Failure:
        return Failure("openapi of distribute", f"{title} of OPTIONS {path}", "", "")

    assert openapi.by_design(of("/shipments/receive"), words)
    assert not openapi.by_design(of("/prices"), words)
    assert not openapi.by_design(of("/shipments/receive", "ST101 Server error"), words)


def test_the_same_seed_gives_the_same_inputs() -> None:
    body = {"donor_id": "1", "lines": [{"category": "laptop", "quantity": 2}]}

    def inputs(seed: int) -> list[bytes]:
        rng = random.Random(seed)
        return [as_json(rng, mutated(rng, body)) for _ in range(200)]

    assert inputs(1) == inputs(1)
    assert inputs(1) != inputs(2)
    assert len(set(inputs(1))) > 150
