"""Login of people: OIDC authorization-code flow with PKCE, state and nonce, by authlib; then a signed session cookie.

The cookie holds the subject, a name for the screen, the end of the session and the CSRF token; nothing else, and no
token of the provider. One cookie per service: cookies do not know ports, and locally all services are on localhost.
"""

import secrets
import time
import warnings
from typing import Any
from urllib.parse import quote, urlsplit

import httpx
from joserfc.errors import JoseError
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from filiere.settings import Settings
from filiere.web.bearer import ProviderUnreachable
from filiere.web.errors import DomainError

with warnings.catch_warnings():
    # authlib announces its move from httpx to a successor; it works with httpx until then. The first import sets
    # authlib's own filter, so ours must come after it.
    import authlib.deprecate

    warnings.simplefilter("ignore", authlib.deprecate.AuthlibDeprecationWarning)
    from authlib.integrations.starlette_client import OAuth, OAuthError

PROVIDER = "oidc"


class LoginFailed(DomainError):
    """The provider refused, or its answer does not belong to a login begun in this browser."""

    title = "La connexion n'a pas abouti. Recommencez depuis le bouton « Se connecter »."


def safe_next(target: str | None) -> str:
    """Where to go after login: a path of this service, or the front page for anything else (no open redirect)."""
    if not target or not target.startswith("/") or target.startswith(("//", "/\\")):
        return "/"
    parts = urlsplit(target)
    if parts.scheme or parts.netloc or any(ord(character) < 32 for character in target):
        return "/"
    return target


def login_path(target: str) -> str:
    """Address of the login that comes back to `target`."""
    return f"/login?next={quote(target, safe='')}"


def cookie_name(service: str) -> str:
    return f"filiere_{service}"


class Login:
    """The login of one service. Opens nothing before the first person logs in."""

    def __init__(self, settings: Settings, service: str) -> None:
        self.settings = settings
        self.service = service
        self.callback_url = f"{settings.public_url.rstrip('/')}/login/callback"
        self._oauth = OAuth()
        self._oauth.register(
            PROVIDER,
            client_id=settings.oidc_client_id,
            client_secret=settings.oidc_client_secret.get_secret_value(),
            server_metadata_url=f"{settings.oidc_issuer.rstrip('/')}/.well-known/openid-configuration",
            client_kwargs={"scope": "openid profile email", "code_challenge_method": "S256", "timeout": 5},
        )

    @property
    def is_secure(self) -> bool:
        return self.settings.public_url.startswith("https:")

    def person(self, request: Request) -> tuple[str, str] | None:
        """(subject, name) of the session, or None when there is none or it is over."""
        session = request.session
        if "sub" not in session or session.get("until", 0) < time.time():
            return None
        return session["sub"], session.get("name", "")

    async def begin(self, request: Request, *, target: str, hint: str | None) -> Response:
        """Send the person to the provider; `hint` (a subject) is passed on as `login_hint`."""
        public = urlsplit(self.settings.public_url)
        if public.netloc and public.netloc != request.url.netloc:
            # The state cookie must be set for the host that the provider sends the person back to.
            query = f"?{request.url.query}" if request.url.query else ""
            return RedirectResponse(f"{self.settings.public_url.rstrip('/')}/login{query}", status_code=303)
        options: dict[str, Any] = {"login_hint": hint} if hint else {}
        try:
            client = self._oauth.create_client(PROVIDER)
            request.session["next"] = safe_next(target)
            redirect: Response = await client.authorize_redirect(request, self.callback_url, **options)
        except (httpx.HTTPError, ValueError, KeyError) as error:
            raise ProviderUnreachable from error
        return redirect

    async def finish(self, request: Request) -> Response:
        """The provider's answer: check it, open the session, go where the person wanted to go."""
        target = safe_next(request.session.get("next"))
        try:
            token = await self._oauth.create_client(PROVIDER).authorize_access_token(request)
        except httpx.HTTPError as error:
            raise ProviderUnreachable from error
        except (OAuthError, JoseError, ValueError, KeyError) as error:
            raise LoginFailed from error
        person = token.get("userinfo")
        if not person or not person.get("sub"):
            raise LoginFailed
        self.open_session(request, str(person["sub"]), str(person.get("name") or person["sub"]))
        return RedirectResponse(target, status_code=303)

    def open_session(self, request: Request, subject: str, name: str) -> None:
        """A new session: nothing of the anonymous one is kept except the language of the page."""
        request.session.clear()
        until = int(time.time() + self.settings.session_lifetime.total_seconds())
        request.session.update({"sub": subject, "name": name, "until": until, "csrf": secrets.token_urlsafe(24)})

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
