"""Rendering of pages: one Jinja environment per app, and what every template can count on.

Templates live beside their slice and are named from the service's package root (`lots/templates/lot.html`);
the kit's own (`layout.html`, `components.html`) come after them. In each template: `request`, `principal`, `service`,
`settings`, `lang`, `theme`, `navigation`, `flashes`, `csrf_token`, `asset(name)`, `path(name, **parts)`,
`here(**changes)`, `csrf_field()`, `_`, `ngettext`, and the filters of `formats.py`.
"""

from collections.abc import Callable, Mapping, Sequence
from contextvars import ContextVar
from pathlib import Path
from typing import Any, cast
from urllib.parse import urlencode

from jinja2 import Environment, FileSystemLoader, StrictUndefined, pass_context
from jinja2.runtime import Context
from markupsafe import Markup
from starlette.requests import Request
from starlette.responses import HTMLResponse

from filiere.compiled_templates import CompiledTemplates
from filiere.documents.qr import qr_svg
from filiere.duties import Duty
from filiere.guides import Guide, pictures_of
from filiere.guides.pictures import picture_name
from filiere.neighbours import neighbours
from filiere.roles import Role
from filiere.service import NavigationItem, Service
from filiere.settings import Settings
from filiere.web.addresses import Addresses, own_link, own_path, path
from filiere.web.assets import Assets
from filiere.web.csrf import FIELD, StaleForm, csrf_token
from filiere.web.formats import FILTERS, number
from filiere.web.guide_choice import guide_about, roles_of
from filiere.web.i18n import COOKIE as LANG_COOKIE
from filiere.web.i18n import LANGUAGES, gettext, language, ngettext, told, typographic
from filiere.web.kept_columns import set_cookies
from filiere.web.principal import Principal
from filiere.web.request_limits import TextTooLong
from filiere.web.typed_again import fill_in

TEMPLATES = Path(__file__).parent / "templates"
THEMES = ("auto", "light", "dark")
THEME_COOKIE = "filiere_theme"
YEAR = 365 * 24 * 3600

_rendering: ContextVar[Request] = ContextVar("rendering")


# The options of the environment are the same for every app.
_COMPILED = CompiledTemplates()


class Pages:
    """The templates of one app."""

    def __init__(
        self,
        service: Service,
        settings: Settings,
        assets: Assets,
        addresses: Addresses,
        guides: Sequence[Guide] = (),
    ) -> None:
        self.service = service
        self.guides = guides
        self.addresses = addresses
        self.settings = settings
        self.navigation = tuple(service.navigation)
        self.environment = Environment(
            loader=FileSystemLoader([service.root, TEMPLATES]),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            extensions=["jinja2.ext.i18n"],
            bytecode_cache=_COMPILED,
        )
        # The i18n extension adds this method; jinja2's types do not know it.
        self.environment.install_gettext_callables(gettext, ngettext, newstyle=True)  # type: ignore[attr-defined]
        counted = cast(Callable[..., str], self.environment.globals["ngettext"])
        self.environment.globals["ngettext"] = _with_written_number(counted)
        self.environment.filters.update(FILTERS)
        self.environment.filters["typo"] = typographic
        self.environment.filters["tr"] = (
            told  # labels and sentences from Python and the database: `{{ line.reason|tr }}`
        )
        self.environment.globals.update(
            asset=assets.url,
            path=path,
            qr_svg=qr_svg,
            service=service,
            settings=settings,
            root_path=addresses.root_path,
            # Macros see no context; these read the request that is being rendered.
            csrf_field=csrf_field,
            guide_pictures=lambda guide, language: pictures_of(service.root, guide, language),
            picture_name=picture_name,
            here=lambda **changes: here(_rendering.get(), **changes),
            services=self._services,
            request_path=lambda: shown_path(_rendering.get()),
            query_string=lambda: f"?{query}" if (query := _rendering.get().url.query) else "",
        )

    def compile_all(self) -> None:
        """Read every template once: compiling those of a page holds the process for up to 100 ms."""
        for name in self.environment.list_templates(extensions=["html"]):
            self.environment.get_template(name)

    def render(self, request: Request, template: str, principal: Principal | None, context: Mapping[str, Any]) -> str:
        """The template's text. `principal` None: the caller that the access rule found, if any."""
        principal = principal or getattr(request.state, "principal", None)
        said = fill_in(request, context)
        flashes = request.session.pop("flashes", []) if "flashes" in session_of(request) else []
        flashes = [*flashes, *([{"text": said, "kind": "wait"}] if said else [])]
        shown = [item for item in self.navigation if _is_for(item, principal)]
        standard: dict[str, Any] = {
            "request": request,
            "principal": principal,
            "lang": language(),
            "theme": theme_of(request),
            "navigation": shown,
            "menu": _menu(shown, principal),
            "current": current_item(shown, shown_path(request)),
            "flashes": flashes,
            "csrf_token": csrf_token(request) if "session" in request.scope else "",
            "login_url": path("login", next=own_here(request) if request.method == "GET" else "/"),
            "roles": Role,
            "duty_words": Duty,
            "help_url": self._help(request, principal),
        }
        token = _rendering.set(request)
        try:
            return self.environment.get_template(template).render({**standard, **context})
        finally:
            _rendering.reset(token)

    def _services(self, principal: Principal) -> list[tuple[str, str, str]]:
        return neighbours(self.settings, self.service.name, principal.subject)

    def _help(self, request: Request, principal: Principal | None) -> str | None:
        """Where « Aide » leads: the guide of this page's subject, else all guides; None in a service without any."""
        if not self.guides:
            return None
        name = getattr(request.scope.get("route"), "name", "")
        guide = guide_about(self.guides, name, roles_of(principal))
        return path("guide", guide=guide.name) if guide else path("guides")

    def response(
        self, request: Request, template: str, principal: Principal | None, status: int, context: Mapping[str, Any]
    ) -> HTMLResponse:
        answer = HTMLResponse(self.render(request, template, principal, context), status)
        # Pages hold what belongs to one person; the browser's own back button still works without the network.
        answer.headers["cache-control"] = "private, no-cache"
        is_secure = self.settings.public_url.startswith("https:")
        for parameter, cookie, known in (("lang", LANG_COOKIE, LANGUAGES), ("theme", THEME_COOKIE, THEMES)):
            asked = request.query_params.get(parameter)
            if asked is not None and asked in known:
                answer.set_cookie(cookie, asked, max_age=YEAR, samesite="lax", httponly=True, secure=is_secure)
        set_cookies(request, answer, path=self.addresses.root_path or "/", is_secure=is_secure)
        return answer

    def error(self, request: Request, status: int, title: str, detail: str | None) -> HTMLResponse:
        """A page for an error: the sentence, what to do next, and the number that finds it in the log."""
        context = {
            "status": status,
            "title": gettext(title),
            "detail": detail,
            "is_text": title == TextTooLong.title,
            "correlation_id": request.scope.get("correlation_id", ""),
            "above": self.addresses.root_path + self.addresses.page_above(own_path(request.scope)),
            "form": self.addresses.root_path + self.addresses.form_of(own_path(request.scope)),
        }
        return self.response(request, "error.html", None, status, context)

    def stale_form(self, request: Request, error: StaleForm, status: int, *, is_logged_in: bool) -> HTMLResponse:
        """The form cannot be accepted as it is; what was typed is offered again for one more click."""
        context = {
            "title": gettext(error.title),
            "fields": error.fields if is_logged_in else (),
            "field_name": FIELD,
            "is_logged_in": is_logged_in,
        }
        return self.response(request, "stale_form.html", None, status, context)


def shown_path(request: Request) -> str:
    """This page's own address, without its query."""
    return str(request.scope["root_path"]) + own_link(request.scope)


def here(request: Request, **changes: Any) -> str:
    """This page's own address with some query parameters changed; None takes one out, a list repeats it."""
    return str(request.scope["root_path"]) + own_here(request, **changes)


def own_here(request: Request, **changes: Any) -> str:
    """The same without the path of PUBLIC_URL."""
    parameters: dict[str, list[str]] = {}
    for name, value in request.query_params.multi_items():
        parameters.setdefault(name, []).append(value)
    for name in ("lang", "theme"):
        parameters.pop(name, None)
    for name, value in changes.items():
        parameters.pop(name, None)
        if isinstance(value, list | tuple):
            parameters[name] = [str(item) for item in value]
        elif value is not None and value != "":
            parameters[name] = [str(value)]
    query = urlencode(parameters, doseq=True)
    address = own_link(request.scope)
    return f"{address}?{query}" if query else address


def _with_written_number(counted: Callable[..., str]) -> Callable[..., str]:
    """`%(num)s` of a template is written as numbers are: « 1 000 lignes »."""

    @pass_context
    def written(context: Context, singular: str, plural: str, count: int, **variables: Any) -> str:
        return counted(context, singular, plural, count, **{"num": number(count), **variables})

    return written


def csrf_field() -> Markup:
    """The hidden field of every form."""
    request = _rendering.get()
    token = csrf_token(request) if "session" in request.scope else ""
    return Markup('<input type="hidden" name="{}" value="{}">').format(FIELD, token)


def theme_of(request: Request) -> str:
    for asked in (request.query_params.get("theme"), request.cookies.get(THEME_COOKIE)):
        if asked in THEMES:
            return asked
    return "auto"


def _menu(shown: Sequence[NavigationItem], principal: Principal | None) -> list[tuple[str, list[NavigationItem]]]:
    """The menu in its order: ("", an item) for each, and (word, its items) for those behind a word, once."""
    made: list[tuple[str, list[NavigationItem]]] = []
    groups: dict[str, list[NavigationItem]] = {}
    for item in shown:
        if not (item.group and principal is not None and principal.has(*item.grouped_for)):
            made.append(("", [item]))
        elif item.group in groups:
            groups[item.group].append(item)
        else:
            groups[item.group] = [item]
            made.append((item.group, groups[item.group]))
    return made


def _is_for(item: NavigationItem, principal: Principal | None) -> bool:
    if principal is None:
        return False
    return principal.within(item.duties).has(*item.roles) if item.roles else True


def current_item(items: Sequence[NavigationItem], address: str) -> NavigationItem | None:
    """The menu entry whose address is the longest beginning of this one."""
    addresses = [(path(item.page), item) for item in items]
    matching = [(begin, item) for begin, item in addresses if f"{address}/".startswith(begin.rstrip("/") + "/")]
    return max(matching, key=lambda one: len(one[0]), default=("", None))[1]


def session_of(request: Request) -> Mapping[str, Any]:
    return request.session if "session" in request.scope else {}
