"""A person at the pages of a service: what only a form does (a file on a donation), and what a page's script sends.

A form has no idempotency key: whoever got no answer does not send it again, and nobody knows whether it was done. A
script sends what its device kept without the network, each with a key, until it is answered, and then once more.
"""

import hashlib
import re
from collections.abc import Awaitable, Callable, Sequence
from typing import Any
from urllib.parse import urlsplit

import httpx

from tests.faults.history import History, Mark
from tests.faults.people import NoAnswer, Refused, new_id

_ANSWER_S = 6.0


class Pages:
    """One person's browser: it logs in as people do, and again when it was shown out."""

    def __init__(
        self,
        hand: str,
        service: str,
        subject: str,
        base: Callable[[], str],
        history: History,
        pace: Callable[[], Awaitable[None]],
    ) -> None:
        self._hand = hand
        self._service = service
        self._subject = subject
        self._base = base
        self._history = history
        self._pace = pace

    async def attach(self, donation: str, content: bytes) -> bool:
        """Put a file on a donation, under a name that says its bytes; whether it is there. Raises NoAnswer."""
        await self._pace()
        id_, page = new_id(), f"/dons/{donation}"
        name = file_name(id_, content)
        mark = Mark("attachment", name)
        operation = self._history.invoke(id_, self._hand, "attach", "collect", f"{page}/pieces", [mark])
        operation.attempts = 1
        is_asked = False
        try:
            async with httpx.AsyncClient(base_url=self._base(), timeout=_ANSWER_S, trust_env=False) as browser:
                token = await self._form(browser, page)
                is_asked = True
                answer = await browser.post(
                    f"{page}/pieces", data={"csrf_token": token}, files={"file": (name, content, "application/pdf")}
                )
                if answer.status_code == httpx.codes.SEE_OTHER:
                    seen = await browser.get(page)
                    if seen.is_success:
                        self._history.complete(operation, "ok" if name in seen.text else "fail", "the page says so")
                        return name in seen.text
        except (httpx.TransportError, _Closed):
            pass
        self._history.complete(operation, "unknown" if is_asked else "fail", "no answer")
        raise NoAnswer("attach")

    async def send(
        self, name: str, page: str, path: str, kept: Sequence[tuple[Any, Sequence[Mark]]]
    ) -> list[dict[str, Any]]:
        """What a device kept, in order: (body, effects). The answers. Raises NoAnswer, Refused.

        Each is sent with a key of its own, again with the same key, and by another window with another key.
        """
        await self._pace()
        answers = []
        try:
            async with httpx.AsyncClient(base_url=self._base(), timeout=_ANSWER_S, trust_env=False) as browser:
                browser.headers["x-csrf-token"] = await self._form(browser, page)
                for body, marks in kept:
                    answers.append(await self._sent(browser, name, path, body, marks))
        except (httpx.TransportError, _Closed):
            raise NoAnswer(name) from None  # before the first of them: nothing was asked for
        return answers

    async def _sent(
        self, browser: httpx.AsyncClient, name: str, path: str, body: Any, marks: Sequence[Mark]
    ) -> dict[str, Any]:
        id_ = new_id()
        operation = self._history.invoke(id_, self._hand, name, self._service, path, marks)
        for key in (id_, id_, f"{id_}-again"):
            operation.attempts += 1
            try:
                answer = await browser.post(path, json=body, headers={"Idempotency-Key": key})
            except httpx.TransportError:
                answer = None
            if answer is None or not answer.is_success:
                break
        if answer is not None and answer.is_success:
            self._history.complete(operation, "ok")
            return dict(answer.json())
        if answer is not None and answer.is_client_error and operation.attempts == 1:
            refused = Refused(name, answer)
            self._history.complete(operation, "fail", f"{refused}")
            raise refused
        self._history.complete(operation, "unknown", f"attempt {operation.attempts}")
        raise NoAnswer(name)

    async def _form(self, browser: httpx.AsyncClient, page: str) -> str:
        """Log in, and read what a form of the page must bring."""
        door = await browser.get("/login", params={"hint": self._subject})
        # Through the proxy it is asked under another name than its own, which it says by leading there.
        browser.headers["host"] = urlsplit(door.headers.get("location", "")).netloc
        leave = await browser.get("/login", params={"hint": self._subject})
        if not door.is_redirect or not leave.is_redirect:
            raise _Closed
        async with httpx.AsyncClient(timeout=_ANSWER_S, trust_env=False) as outside:
            back = await outside.post(leave.headers["location"], data={"sub": self._subject})
        if not back.is_redirect:
            raise _Closed
        address = urlsplit(back.headers["location"])
        await browser.get(f"{address.path}?{address.query}")
        found = re.search(r'name="csrf_token" value="([^"]+)"', (await browser.get(page)).text)
        if found is None:
            raise _Closed
        return found[1]


class _Closed(Exception):
    """A page that is not there now; nothing was asked for."""


def file_name(id_: str, content: bytes) -> str:
    return f"op {id_} {hashlib.sha256(content).hexdigest()}.pdf"


def sent_hash(name: str) -> str:
    """The hash of what was sent under a name."""
    return name.removesuffix(".pdf").rsplit(" ", 1)[-1]
