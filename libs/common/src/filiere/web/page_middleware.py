"""What only pages have: a session and a language. API, probes and static files never pay for it."""

from starlette.middleware.sessions import SessionMiddleware
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Receive, Scope, Send

from filiere.settings import Settings
from filiere.web.addresses import own_path, root_path_of
from filiere.web.i18n import Catalogue, language_of, speak
from filiere.web.login import cookie_key, cookie_name

WITHOUT = ("/api/", "/static/", "/health/", "/metrics")


class PageState:
    """Signed session cookie (HttpOnly, SameSite=Lax, Secure over https) and the language of the request."""

    def __init__(self, app: ASGIApp, *, settings: Settings, service: str, catalogue: Catalogue) -> None:
        self.app = app
        self.catalogue = catalogue
        self.sessions = SessionMiddleware(
            app,
            secret_key=cookie_key(settings.session_secret.get_secret_value(), service),
            session_cookie=cookie_name(service),
            max_age=int(settings.session_lifetime.total_seconds()),
            same_site="lax",
            path=root_path_of(settings.public_url) or "/",
            https_only=settings.public_url.startswith("https:"),
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or own_path(scope).startswith(WITHOUT):
            speak("fr", self.catalogue, to_people=False)
            await self.app(scope, receive, send)
        else:
            speak(language_of(HTTPConnection(scope)), self.catalogue)
            await self.sessions(scope, receive, send)
