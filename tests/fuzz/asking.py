"""Asks a running api one thing at a time and judges every answer by what all answers must be."""

import http.client
import re
import tempfile
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from tests.fuzz.meter import Meter
from tests.fuzz.report import Failure, Report
from tests.fuzz.served import Ground, Person
from tests.fuzz.values import MARK

_TIMEOUT_S = 60
_KEPT_INLINE = 1500
# What a page may answer; authlib sends to the provider by 302, 204 says that there is nothing to follow.
# What scripts of pages ask for, in their own words.
OF_SCRIPTS = ("/service-worker.js", "/scanner/envoi", "/caisse/envoi", "/reception/envoi")
PAGE_ANSWERS = frozenset({200, 204, 302, 303, 400, 401, 403, 404, 405, 409, 413, 415, 422})
PAGE_TYPES = (
    *("text/html", "text/csv", "text/plain", "text/calendar", "text/event-stream"),
    *("application/pdf", "application/ld+json", "application/octet-stream", "image/"),
)

_SECRETS = {"authorization": "Bearer $TOKEN", "cookie": "$COOKIES", "x-csrf-token": "$CSRF"}


@dataclass(frozen=True)
class Answer:
    status: int
    headers: Mapping[str, str]  # names in lower case
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode(errors="replace")


class Asker:
    """Keeps the connection, the meter and the report of one part of the run."""

    def __init__(self, ground: Ground, part: str, report: Report) -> None:
        self.ground = ground
        self.part = f"{part} of {ground.service.name}"
        self.report = report
        self._meter = Meter(ground.pid)
        self._place = urlsplit(ground.address)
        self._connection: http.client.HTTPConnection | None = None
        self.saved = Path(tempfile.gettempdir()) / "filiere-fuzz"

    def ask(self, method: str, target: str, headers: Mapping[str, str], body: bytes | None, who: Person) -> Answer:
        """Send it as it is and check what holds for every answer: it comes, it is no crash, it costs little."""
        self.report.tried[self.part] += 1
        self._meter.begin()
        try:
            answer = self._exchange(method, target, headers, body)
        except (OSError, http.client.HTTPException) as error:
            self.fail("no answer", f"{type(error).__name__}: {error}", method, target, headers, body, who)
            return Answer(0, {}, b"")
        if excess := self._meter.end().excess:
            self.fail("costs too much", excess, method, target, headers, body, who)
        if answer.status >= 500:
            said = f"{answer.status}: {self._reason(answer)}"
            self.fail(f"{answer.status} from {method} {self.shape(target)}", said, method, target, headers, body, who)
        elif answer.headers.get("x-content-type-options") != "nosniff":
            self.fail("no security headers", f"{answer.status}", method, target, headers, body, who)
        return answer

    def judge_page(
        self, answer: Answer, method: str, target: str, headers: Mapping[str, str], body: bytes | None, who: Person
    ) -> None:
        """What holds for pages besides."""
        if answer.status in (0, 500, 503):
            return  # already told
        kind = answer.headers.get("content-type", "")
        if answer.status not in PAGE_ANSWERS:
            said = f"{answer.status} {answer.headers.get('location', '')} {answer.text[:200]}"
            self.fail(f"{answer.status} from a page", said, method, target, headers, body, who)
        elif "attachment" in answer.headers.get("content-disposition", ""):
            return  # a file, of whatever kind
        elif answer.body and not kind.startswith(PAGE_TYPES) and not target.startswith(OF_SCRIPTS):
            self.fail(f"{kind} from a page", answer.text[:200], method, target, headers, body, who)
        elif kind.startswith("text/html") and MARK in answer.text:
            self.fail("unescaped text", self._around(answer.text), method, target, headers, body, who)

    def fail(
        self,
        kind: str,
        detail: str,
        method: str,
        target: str,
        headers: Mapping[str, str],
        body: bytes | None,
        who: Person,
    ) -> None:
        again = self._curl(method, target, headers, body, who)
        self.report.failures.append(Failure(self.part, kind, f"as {who.name}: {detail}", again))

    def shape(self, target: str) -> str:
        """The address with its values taken out, to put the same faults together."""
        path = target.partition("?")[0]
        for name, value in self.ground.ids.items():
            path = path.replace(value, f"{{{name}}}")
        return re.sub(r"[^/{}]{24,}|%[^/]*", "…", path)

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()

    def _exchange(self, method: str, target: str, headers: Mapping[str, str], body: bytes | None) -> Answer:
        for attempt in (1, 2):
            fresh = self._connection is None
            connection = self._connection or http.client.HTTPConnection(
                self._place.hostname or "", self._place.port, timeout=_TIMEOUT_S
            )
            try:
                connection.request(method, target, body, dict(headers))
                found = connection.getresponse()
                answer = Answer(found.status, {name.lower(): value for name, value in found.getheaders()}, found.read())
            except (OSError, http.client.HTTPException):
                connection.close()
                self._connection = None
                # A kept connection may have been closed by the other side: that says nothing about this request.
                if fresh or attempt == 2:
                    raise
            else:
                self._connection = connection
                return answer
        raise AssertionError("unreachable")

    def _reason(self, answer: Answer) -> str:
        """The exception behind a 500, from the log."""
        with suppress(OSError):
            logged = self.ground.log_file.read_bytes()[-50_000:].decode(errors="replace").replace("\\n", "\n")
            if found := re.findall(r"(?m)^[\w.]+(?:Error|Exception)\b.{0,200}", logged):
                return str(found[-1])
        return answer.text[:200]

    def _around(self, page: str) -> str:
        place = page.index(MARK)
        return page[max(0, place - 80) : place + 60]

    def _curl(self, method: str, target: str, headers: Mapping[str, str], body: bytes | None, who: Person) -> str:
        said = [f"curl -X {method}"]
        own = {f"Bearer {who.token}", who.cookies, who.csrf}
        for name, value in headers.items():
            # What only this run could use stands for itself; the report says whose it was.
            shown = _SECRETS.get(name) if value in own else None
            said.append(f'-H "{name}: {shown}"' if shown else f"-H {_quoted(f'{name}: {value}'.encode())}")
        if body is not None:
            if len(body) > _KEPT_INLINE:
                self.saved.mkdir(exist_ok=True)
                file = self.saved / f"{self.report.seed}-{len(self.report.failures)}.body"
                file.write_bytes(body)
                said.append(f"--data-binary @{file}")
            else:
                said.append(f"--data-binary {_quoted(body)}")
        return " ".join([*said, _quoted(f"{self.ground.address}{target}".encode())])


def _quoted(value: bytes) -> str:
    """For bash: `$'…'` keeps every byte but NUL."""
    escaped = "".join(chr(byte) if 32 <= byte < 127 and byte not in b"'\\" else f"\\x{byte:02x}" for byte in value)
    return f"$'{escaped}'"
