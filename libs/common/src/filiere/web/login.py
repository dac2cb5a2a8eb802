"""Login of people: OIDC authorization-code flow with PKCE, state and nonce, by authlib; then a signed session cookie.

The cookie holds the subject, a name for the screen, the session's id, begin and end and the CSRF token; nothing else,
and no token of the provider. One cookie per service: cookies do not know ports, and locally all services are on
localhost; each is signed with a key of its service, so that none opens another one that was given the same secret.
Sessions that were ended before their time stand in the database (`filiere.web.memberships`).

Logins may be under way in several tabs: each keeps its own state and its own target until it is answered.
"""

import hashlib
import hmac
import secrets
import time
import warnings
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, NamedTuple
from urllib.parse import urljoin, urlsplit

import httpx
from joserfc.errors import JoseError
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from filiere.mail import readable_address
from filiere.plain_paths import is_plain
from filiere.settings import Settings
from filiere.web.addresses import path, root_path_of
from filiere.web.bearer import ProviderUnreachable
from filiere.web.errors import DomainError
from filiere.web.i18n import language_of
from filiere.web.principal import is_subject, shown_name
from filiere.web.tls import authorities

with warnings.catch_warnings():
    # authlib announces its move from httpx to a successor; it works with httpx until then. The first import sets
    # authlib's own filter, so ours must come after it.
    import authlib.deprecate

    warnings.simplefilter("ignore", authlib.deprecate.AuthlibDeprecationWarning)
    from authlib.integrations.starlette_client import OAuth, OAuthError

PROVIDER = "oidc"
_PENDING = f"_state_{PROVIDER}_"  # authlib's keys in the session
_AGAIN = "again."
MOST_PENDING = 3  # of a browser: a cookie holds 4 KB
LONGEST_TARGET = 500


class LoginFailed(DomainError):
    """The provider refused, or its answer does not belong to a login begun in this browser."""

    title = "La connexion n'a pas abouti. Recommencez depuis le bouton « Se connecter »."


def safe_next(target: str | None) -> str:
    """Where to go after login: an address of this service, without the path of PUBLIC_URL; for anything else (no open
    redirect) the front page."""
    if not target or len(target) > LONGEST_TARGET or not target.startswith("/") or target.startswith(("//", "/\\")):
        return "/"
    # Browsers and urlsplit drop tabs and ends of lines: `/<tab>/evil` is another host to both.
    if any(ord(character) < 32 for character in target):
        return "/"
    parts = urlsplit(target)
    # A path that climbs leaves the folder of PUBLIC_URL, which is put in front of it.
    return target if not (parts.scheme or parts.netloc) and is_plain(parts.path) else "/"


def cookie_name(service: str) -> str:
    return f"filiere_{service}"


def cookie_key(secret: str, service: str) -> str:
    """What signs the cookies of one service."""
    return hmac.new(secret.encode(), f"filiere session {service}".encode(), hashlib.sha256).hexdigest()


class Shown(NamedTuple):
    """Whom a session belongs to, when it began (seconds since 1970, by the database's clock), and which it is."""

    subject: str
    name: str
    since: float
    session: str


Moment = Callable[[], Awaitable[float]]
"""Now, by the clock that will say when sessions end."""
Met = Callable[[str, str, str | None, str], Awaitable[None]]
"""Keep who logged in: subject, name, address when the provider tells one, and the language of the pages."""


class Login:
    """The login of one service. Opens nothing before the first person logs in."""

    def __init__(self, settings: Settings, service: str, moment: Moment, met: Met) -> None:
        self.settings = settings
        self.moment = moment
        self.met = met
        self.service = service
        self._oauth = OAuth()
        self._oauth.register(
            PROVIDER,
            client_id=settings.oidc_client_id,
            client_secret=settings.oidc_client_secret.get_secret_value(),
            server_metadata_url=f"{settings.oidc_issuer.rstrip('/')}/.well-known/openid-configuration",
            client_kwargs={
                "scope": "openid profile email",
                "code_challenge_method": "S256",
                "timeout": 5,
                "verify": authorities(),  # else each login reads them anew
            },
        )

    @property
    def is_secure(self) -> bool:
        return self.settings.public_url.startswith("https:")

    def person(self, request: Request) -> Shown | None:
        """What the session says, or None when there is none or it is over."""
        session = request.session
        if session.get("until", 0) < time.time() or not {"sub", "id", "at"} <= session.keys():
            return None
        return Shown(session["sub"], session.get("name", ""), session["at"], session["id"])

    async def begin(self, request: Request, *, target: str, hint: str | None) -> Response:
        """Send the person to the provider; `hint` (a subject) is passed on as `login_hint`."""
        public = urlsplit(self.settings.public_url)
        if public.netloc and public.netloc != request.url.netloc:
            # The state cookie must be set for the host that the provider sends the person back to.
            query = f"?{request.url.query}" if request.url.query else ""
            return RedirectResponse(self._public("login") + query, status_code=303)
        return await self._leave(request, safe_next(target), hint, secrets.token_urlsafe(24))

    def onward(self, target: str | None) -> Response:
        """To where the person wanted to go."""
        return RedirectResponse(root_path_of(self.settings.public_url) + safe_next(target), status_code=303)

    def _public(self, name: str) -> str:
        """A page's address as the world knows it."""
        return urljoin(self.settings.public_url, path(name))

    async def _leave(self, request: Request, target: str, hint: str | None, state: str) -> Response:
        options: dict[str, Any] = {"login_hint": hint} if hint else {}
        others = _pending(request.session)
        try:
            client = self._oauth.create_client(PROVIDER)
            redirect: Response = await client.authorize_redirect(
                request, self._public("login_callback"), state=state, **options
            )
        except (httpx.HTTPError, ValueError, KeyError) as error:
            raise ProviderUnreachable from error
        mine = request.session[_PENDING + state]
        mine["data"].pop("url", None)  # said in the redirect, and too long to be kept in a cookie several times
        # authlib forgets all others here; a person may have begun to log in from two tabs.
        request.session.update(dict(sorted(others.items(), key=lambda one: one[1]["exp"])[1 - MOST_PENDING :]))
        request.session[_PENDING + state] = {**mine, "next": target}
        return redirect

    async def finish(self, request: Request) -> Response:
        """The provider's answer: check it, open the session, go where the person wanted to go."""
        state = request.query_params.get("state", "")
        mine = _pending(request.session).get(_PENDING + state)
        if mine is None and "error" not in request.query_params:
            return await self._not_ours(request, state)
        try:
            token = await self._oauth.create_client(PROVIDER).authorize_access_token(request)
        except httpx.HTTPError as error:
            raise ProviderUnreachable from error
        except (OAuthError, JoseError, ValueError, KeyError) as error:
            raise LoginFailed from error
        person = token.get("userinfo")
        if not mine or not person or not is_subject(person.get("sub")):
            raise LoginFailed
        began = await self.moment()
        name = shown_name(person.get("name"), person["sub"])
        await self.met(person["sub"], name, readable_address(_text(person.get("email"))), language_of(request))
        self.open_session(request, person["sub"], name, began)
        return self.onward(mine.get("next"))

    async def _not_ours(self, request: Request, state: str) -> Response:
        """An answer to a login that this browser no longer knows: an old tab, the back button, a link somebody sent.

        Whoever is logged in goes on; whoever is not begins anew, once: a browser that keeps no cookies is told so.
        """
        if self.person(request) is not None:
            return RedirectResponse(path("home"), status_code=303)
        if not state or state.startswith(_AGAIN):
            raise LoginFailed
        return await self._leave(request, "/", None, _AGAIN + secrets.token_urlsafe(24))

    def open_session(self, request: Request, subject: str, name: str, began: float) -> None:
        """A new session: nothing of the anonymous one is kept except logins under way in other tabs."""
        others = _pending(request.session)
        request.session.clear()
        request.session.update(
            others,
            sub=subject,
            name=name,
            id=secrets.token_urlsafe(16),
            at=began,
            until=int(time.time() + self.settings.session_lifetime.total_seconds()),
            csrf=secrets.token_urlsafe(24),
        )

    async def end(self, request: Request) -> Response:
        """Log out here, and at the provider when it offers that (RP-initiated logout); else back to the front door."""
        request.session.clear()
        home = self.settings.home_url
        try:
            client = self._oauth.create_client(PROVIDER)
            metadata = await client.load_server_metadata()
            if metadata.get("end_session_endpoint"):
                made = await client.create_logout_url(
                    post_logout_redirect_uri=home, client_id=self.settings.oidc_client_id
                )
                return RedirectResponse(made["url"], status_code=303)
        except (httpx.HTTPError, ValueError, KeyError):
            pass  # the session here is over all the same; the provider's ends by its own clock
        return RedirectResponse(home, status_code=303)


def _text(claim: Any) -> str:
    return claim if isinstance(claim, str) else ""


def _pending(session: Mapping[str, Any]) -> dict[str, Any]:
    """Logins that were begun and not answered, by their key in the session."""
    return {key: value for key, value in session.items() if key.startswith(_PENDING)}
