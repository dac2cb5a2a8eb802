"""An OpenID provider for demonstrations and tests: demo people, one click to be one of them. Never for production.

`EmbeddedIdentity` runs it as our child; `python -m filiere.embedded.identity --port … --folder …` is that child;
`token_for` gets a person's access token the way any program would, through the authorization-code flow.
"""

import argparse
import json
import secrets
import sys
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import asdict
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx

from filiere.embedded.engine import Engine
from filiere.embedded.people import Person
from filiere.embedded.ports import LOOPBACK
from filiere.embedded.process import Child, EngineError, Process

CLIENT_ID = "filiere"
_SCOPE = "openid profile email"
_CALLBACK = f"http://{LOOPBACK}/callback"  # never opened: the code is read from the redirection
_PEOPLE_FILE = "people.json"


class LoginRefused(EngineError):
    """The provider did not give a token; the message carries its own words."""


Launch = Callable[[Sequence[str], Path], Awaitable[Process]]
"""Starts a command that writes to a log file."""


async def _as_child(command: Sequence[str], log_file: Path) -> Process:
    return Child(command, log_file=log_file)


class EmbeddedIdentity(Engine[Process]):
    """The provider on 127.0.0.1. Its people and its signing key live in `data_dir`, so a restart keeps tokens valid."""

    title = "The identity provider"

    def __init__(
        self,
        data_dir: Path,
        people: Sequence[Person] = (),
        port: int | None = None,
        *,
        log_file: Path | None = None,
        launch: Launch = _as_child,
    ) -> None:
        self._launcher = launch
        self.data_dir = data_dir.absolute()
        super().__init__(log_file or self.data_dir.with_name(f"{self.data_dir.name}.log"), port)
        self.people = tuple(people)

    @property
    def issuer(self) -> str:
        """Exactly the `iss` of its tokens. Always by number: `localhost` would make another issuer of it."""
        return f"http://{LOOPBACK}:{self.port}"

    async def _start(self) -> None:
        async with httpx.AsyncClient(timeout=2) as self._client:
            await super()._start()

    async def _prepare(self) -> None:
        self.data_dir.mkdir(parents=True, exist_ok=True)
        listing = json.dumps([asdict(person) for person in self.people], ensure_ascii=False, indent=2)
        (self.data_dir / _PEOPLE_FILE).write_text(listing)

    async def _launch(self) -> Process:
        module = ["-m", "filiere.embedded.identity"]
        command = [sys.executable, *module, f"--port={self.port}", f"--folder={self.data_dir}"]
        return await self._launcher(command, self.log_file)

    async def _answers(self) -> bool:
        """Whether it publishes its configuration under the expected issuer."""
        try:
            answer = await self._client.get(f"{self.issuer}/.well-known/openid-configuration")
            return answer.status_code == httpx.codes.OK and answer.json()["issuer"] == self.issuer
        except (httpx.TransportError, ValueError, KeyError):
            return False


async def token_for(issuer: str, client_id: str, client_secret: str, subject: str) -> str:
    """An access token of `subject`, through the authorization-code flow of the embedded provider over HTTP.

    It presses the same button of the login page as a person would. Raises LoginRefused.
    """
    async with httpx.AsyncClient(timeout=10, follow_redirects=False) as client:
        endpoints = (await client.get(f"{issuer}/.well-known/openid-configuration")).raise_for_status().json()
        state = secrets.token_urlsafe(16)
        request = {
            "response_type": "code",
            "client_id": client_id,
            "redirect_uri": _CALLBACK,
            "scope": _SCOPE,
            "state": state,
            "nonce": secrets.token_urlsafe(16),
            "login_hint": subject,
        }
        chosen = await client.post(endpoints["authorization_endpoint"], params=request, data={"sub": subject})
        returned = parse_qs(urlsplit(chosen.headers.get("location", "")).query)
        if chosen.status_code != httpx.codes.FOUND or "code" not in returned:
            raise LoginRefused(f"{subject} was not let in: {returned.get('error', [chosen.status_code])[0]}")
        if returned.get("state") != [state]:
            raise LoginRefused(f"{subject} was not let in: the answer belongs to another request")
        exchange = {"grant_type": "authorization_code", "code": returned["code"][0], "redirect_uri": _CALLBACK}
        answer = await client.post(endpoints["token_endpoint"], data=exchange, auth=(client_id, client_secret))
        if answer.status_code != httpx.codes.OK:
            raise LoginRefused(f"No token for {subject}: {answer.text[:200]}")
        return str(answer.json()["access_token"])


def main() -> None:
    """Serve until a signal: the child process of `EmbeddedIdentity`."""
    parser = argparse.ArgumentParser(prog="python -m filiere.embedded.identity", description=main.__doc__)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--folder", type=Path, required=True, help=f"holds {_PEOPLE_FILE} and the signing key")
    wanted = parser.parse_args()
    people = [Person(**entry) for entry in json.loads((wanted.folder / _PEOPLE_FILE).read_text())]
    from filiere.embedded.identity_server import serve  # Flask: only the child pays for it

    serve(LOOPBACK, wanted.port, people, wanted.folder)


if __name__ == "__main__":
    main()
