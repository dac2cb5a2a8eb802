"""The provider itself: the package oidc-provider-mock with our login page and tokens, without its debugging doors."""

import json
import os
import secrets
import time
from collections.abc import Sequence
from datetime import timedelta
from http import HTTPStatus
from pathlib import Path
from typing import Any

import flask
import oidc_provider_mock._app as provider
import oidc_provider_mock._storage as provider_storage
import werkzeug.serving
from joserfc import jwt
from joserfc.jwk import RSAKey
from werkzeug.datastructures import ImmutableMultiDict

from filiere.embedded.people import AUDIENCE, Person

_LIFETIME = timedelta(hours=1)
_KEY_FILE = "signing-key.json"
_DOOR = "/oauth2/authorize"
_WHO = "who"  # in the session: who logged in last in this browser


def application(people: Sequence[Person], folder: Path) -> flask.Flask:
    """The WSGI application; `folder` keeps the signing key from one life to the next."""
    key = _signing_key(folder)

    def access_token(client: Any, grant_type: str, user: Any, scope: str) -> str:
        """RFC 9068. The bare package gives an opaque string, which no service could check by itself."""
        now = int(time.time())
        claims = {
            "iss": flask.request.host_url.rstrip("/"),
            "sub": user.sub,
            "aud": [AUDIENCE],
            "client_id": client.id,
            "scope": scope,
            "iat": now,
            "exp": now + int(_LIFETIME.total_seconds()),
            "jti": secrets.token_urlsafe(16),
            **{name: user.claims[name] for name in ("name", "email") if name in user.claims},
        }
        return jwt.encode({"alg": "RS256", "typ": "at+jwt", "kid": key.kid}, claims, key)

    app = flask.Flask("filiere.embedded.identity_server", template_folder=str(Path(__file__).parent / "templates"))
    app.config["OAUTH2_ACCESS_TOKEN_GENERATOR"] = access_token
    users = [provider_storage.User(sub=person.subject, claims=_claims(person)) for person in people]
    provider.init_app(app, access_token_max_age=_LIFETIME, user_claims=users)
    # The package wraps itself in an interactive debugger, which runs whatever code a visitor types.
    app.debug = False
    app.wsgi_app = flask.Flask.wsgi_app.__get__(app)  # type: ignore[method-assign]
    app.secret_key = secrets.token_bytes(32)
    app.config.update(SESSION_COOKIE_NAME="filiere_provider", SESSION_COOKIE_SAMESITE="Lax")
    lasting_key = _LastingKey(key)

    @app.before_request
    def use_lasting_key() -> flask.Response | None:
        flask.g.oidc_provider_mock_storage.jwk = lasting_key
        flask.g.style_nonce = secrets.token_urlsafe(12)
        if flask.request.path.startswith("/users/"):  # lets anybody rewrite people: not ours to offer
            return flask.Response("Not found", status=404)
        if flask.request.path.startswith("/oauth2/end_session"):
            flask.session.clear()
            if home := flask.request.args.get("post_logout_redirect_uri"):
                return flask.make_response(flask.redirect(home, code=303))
        if _is_known_already():
            # As if they had pressed the button once more: the package itself knows nobody from one login to the next.
            flask.request.method, flask.request.form = "POST", ImmutableMultiDict({"sub": flask.session[_WHO]})
        form = flask.request.form
        if flask.request.method == "POST" and "sub" in form and not form["sub"].strip():
            return flask.make_response(flask.redirect(flask.request.url, code=303))  # the package would let "" in
        return None

    @app.context_processor
    def words_for_login_page() -> dict[str, object]:
        hint = flask.request.args.get("login_hint", "") or flask.session.get(_WHO, "")
        chosen = [person for person in people if person.subject == hint]
        others = [person for person in people if person.subject != hint]
        return {"chosen": chosen, "others": others, "hint": hint, "style_nonce": flask.g.style_nonce}

    @app.after_request
    def know_them_from_now_on(response: flask.Response) -> flask.Response:
        chose = flask.request.path == _DOOR and flask.request.method == "POST" and "action" not in flask.request.form
        if chose and response.status_code == HTTPStatus.FOUND and "code=" in response.headers.get("Location", ""):
            flask.session[_WHO] = flask.request.form["sub"]
        return response

    @app.after_request
    def close_the_page(response: flask.Response) -> flask.Response:
        # No form-action: Chromium applies it to the redirection back to the service as well.
        policy = f"default-src 'none'; style-src 'nonce-{flask.g.style_nonce}'; frame-ancestors 'none'; base-uri 'none'"
        response.headers["Content-Security-Policy"] = policy
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers["Referrer-Policy"] = "no-referrer"
        return response

    return app


def _is_known_already() -> bool:
    """Whether whoever comes to log in did so a moment ago, in this browser and as who is asked for: as with any
    provider, one login opens the three services. Without a person's name, or with another one, they are asked."""
    asked = flask.request.args
    return (
        flask.request.path == _DOOR
        and flask.request.method == "GET"
        and bool(asked.get("login_hint"))
        and asked["login_hint"] == flask.session.get(_WHO)
        and asked.get("prompt") != "login"
    )


def serve(host: str, port: int, people: Sequence[Person], folder: Path) -> None:
    """Serve until the process is ended."""
    os.environ["AUTHLIB_INSECURE_TRANSPORT"] = "1"  # plain HTTP, on the loopback interface only
    server = werkzeug.serving.make_server(
        host, port, application(people, folder), threaded=True, request_handler=_WithoutAccessLog
    )
    server.serve_forever()


class _LastingKey:
    """What the package asks of its signing key, but that the private part is the key itself.

    A dictionary of its numbers would be read, and proved to be a key, at each login: 25 ms, nine tenths of it.
    """

    def __init__(self, key: RSAKey) -> None:
        self._key = key

    def as_dict(self, is_private: bool = False, **more: Any) -> Any:
        return self._key if is_private else {**self._key.as_dict(private=False), **more}


class _WithoutAccessLog(werkzeug.serving.WSGIRequestHandler):
    """Health probes come every second; errors are still logged."""

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        pass


def _claims(person: Person) -> dict[str, object]:
    return {"name": person.name, "email": person.email, "email_verified": True, "preferred_username": person.subject}


def _signing_key(folder: Path) -> RSAKey:
    """The key of a former life, or a new one, readable by us alone."""
    file = folder / _KEY_FILE
    if file.exists():
        return RSAKey.import_key(json.loads(file.read_text()))
    key = RSAKey.generate_key(2048, auto_kid=True)
    unfinished = file.with_suffix(".new")
    unfinished.touch(mode=0o600)
    unfinished.write_text(json.dumps({**key.as_dict(private=True), "kid": key.kid}))
    unfinished.rename(file)
    return RSAKey.import_key(json.loads(file.read_text()))
