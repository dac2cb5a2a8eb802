"""Who may call a route: said on the route itself, checked before its body, and readable by a test.

async def declare(principal: Annotated[Principal, allow(Role.DONOR, Role.COORDINATOR)], ...)
@router.get("/", dependencies=[public()])
"""

from collections.abc import Collection, Iterator, Sequence
from typing import Any

from fastapi import Depends, FastAPI
from fastapi.dependencies.models import Dependant
from fastapi.routing import iter_route_contexts
from starlette.requests import Request

from filiere.duties import Duty
from filiere.keys import ANY_KEY, KeyScope
from filiere.keys.secret import looks_like_a_key
from filiere.roles import Role
from filiere.web.addresses import is_api
from filiere.web.app_state import app_state
from filiere.web.bearer import LEEWAY_SECONDS, InvalidToken
from filiere.web.errors import Forbidden, Unauthenticated
from filiere.web.i18n import gettext
from filiere.web.login import Shown
from filiere.web.principal import Principal

_CALLER = "filiere.caller"


async def caller(request: Request) -> Principal | None:
    """Who calls: by bearer token or key on the API, by session cookie on pages; None when nobody is logged in.

    Asked several times in a request and worked out once; called and not depended on, for each level of dependencies
    costs a command some percent. Raises Unauthenticated when a token or key is given but is not valid.
    """
    known: Principal | None = request.scope.get(_CALLER)
    return known if known is not None else await _look(request)


def forget_caller(request: Request) -> None:
    """Let whoever asks next work out again who calls."""
    request.scope.pop(_CALLER, None)


async def _look(request: Request, *, fresh: bool = False) -> Principal | None:
    """Work out who calls, from what they show and from what is known of them (`fresh`: at this moment)."""
    state = app_state(request)
    if is_api(request.scope):
        token = bearer_token(request)
        if token is None:
            return None
        if state.keys is not None and looks_like_a_key(token):
            known = request.scope[_CALLER] = request.state.principal = await state.keys.admit(token)
            return known
        claims = await state.tokens.verify(token)
        # Tokens bear the provider's time, ends the database's.
        shown = Shown(claims.subject, claims.name, claims.issued_at - LEEWAY_SECONDS, "")
    else:
        # Probes and static files have no session at all.
        person = state.login.person(request) if "session" in request.scope else None
        if person is None:
            return None
        shown = person
    principal = await state.memberships.admit(*shown, fresh=fresh)
    if principal is None and is_api(request.scope):
        raise InvalidToken
    if principal is None:
        request.session.clear()
    request.scope[_CALLER] = request.state.principal = principal
    return principal


def bearer_token(request: Request) -> str | None:
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    return token.strip() if scheme.lower() == "bearer" and token else None


class RoleMissing(Forbidden):
    def __init__(self, roles: frozenset[Role]) -> None:
        # In the order of the chain, the coordination last.
        either = gettext("ou")
        whom = f" {either} ".join(_words(role) for role in Role if role in roles)
        super().__init__(gettext("Il faut être %(whom)s pour faire cela.") % {"whom": whom})


def _words(role: Role) -> str:
    return {
        Role.DONOR: gettext("d'une entreprise donatrice"),
        Role.WORKSHOP: gettext("d'un atelier d'insertion"),
        Role.RELAIS: gettext("d'un Relais Numérique"),
        Role.COORDINATOR: gettext("de la coordination"),
        Role.SERVICE: gettext("un service"),
    }[role]


class DutyMissing(Forbidden):
    title = "Votre fonction dans l'équipe ne permet pas cela."

    def __init__(self, duties: Collection[Duty]) -> None:
        either = gettext("ou")
        whom = f" {either} ".join(f"« {gettext(duty.label_fr)} »" for duty in Duty if duty in duties)
        said = gettext("Dans votre équipe, seules les personnes notées %(whom)s font cela.") % {"whom": whom}
        super().__init__(said if duties else None)


class NotByKey(Forbidden):
    title = "Aucune clé n'ouvre cela : il faut une personne connectée."


class ScopeMissing(Forbidden):
    title = "Cette clé ne sert pas à cela."

    def __init__(self, scopes: Sequence[KeyScope]) -> None:
        either = gettext("ou")
        labels = f" {either} ".join(f"« {gettext(scope.label)} »" for scope in scopes)
        super().__init__(gettext("Il faut une clé qui permet : %(scopes)s.") % {"scopes": labels})


class Access:
    """A route's access rule. `roles` empty and not `is_public` means: anybody who is logged in.

    `duties`: of which somebody who acts for an organisation needs one there; empty: any that is not narrow.
    `keys`: the scopes of which a key needs one; None where nothing is said, and no key passes.
    """

    def __init__(
        self,
        *roles: Role,
        is_public: bool = False,
        duties: Collection[Duty] = (),
        keys: Sequence[KeyScope] | None = None,
    ) -> None:
        self.roles = frozenset(roles)
        self.duties = frozenset(duties)
        self.is_public = is_public
        self.keys = keys

    async def __call__(self, request: Request) -> Principal | None:
        principal = await caller(request)
        if self.is_public:
            return principal
        if principal is None:
            raise Unauthenticated
        if principal.key_scopes is not None:
            self._check_key(principal, principal.key_scopes)
        elif self.roles:
            return await self._counting(request, principal)
        return principal

    async def _counting(self, request: Request, principal: Principal) -> Principal:
        """The caller as far as they count here: who leads one organisation and works in another leads one only."""
        counting = principal.within(self.duties)
        if counting.has(*self.roles):
            return counting
        # The cache may be a moment behind a grant: look again before refusing.
        known = await _look(request, fresh=True)
        if known is None:
            raise Unauthenticated
        counting = known.within(self.duties)
        if counting.has(*self.roles):
            return counting
        raise DutyMissing(self.duties) if known.has(*self.roles) else RoleMissing(self.roles)

    def _check_key(self, principal: Principal, scopes: frozenset[str]) -> None:
        """A key is what it was made for, whatever its organisation may do besides."""
        if not self.keys:
            raise NotByKey
        if self.roles and not principal.has(*self.roles):
            raise RoleMissing(self.roles)
        if self.keys != ANY_KEY and not any(scope.name in scopes for scope in self.keys):
            raise ScopeMissing(self.keys)


def allow(*roles: Role, duties: Collection[Duty] = (), keys: Sequence[KeyScope] | None = None) -> Any:
    """Dependency: the caller, who must have one of the roles (none named: must only be logged in).

    `duties`: which duties in an organisation open it, where not all that are not narrow do.
    `keys`: which scopes of a key open the route besides (one is enough), or `ANY_KEY`, or `NO_KEY`; a route of the API
    that an organisation's people may call says one of them. Not said: no key does.
    Anonymous: 401 problem on the API, login page on pages. Wrong role, or a key without the scope: 403.
    """
    return Depends(Access(*roles, duties=duties, keys=keys))


def public() -> Any:
    """Dependency: the caller when there is one, else None; the route is open to everybody."""
    return Depends(Access(is_public=True))


def declared_access(dependant: Dependant) -> Access | None:
    """The access rule of a route, or None when it declares none."""
    for child in dependant.dependencies:
        found = child.call if isinstance(child.call, Access) else declared_access(child)
        if isinstance(found, Access):
            return found
    return None


def routes_with_access(app: FastAPI) -> Iterator[tuple[str, str, Access | None]]:
    """(method, path template, rule) of every route of an app, for the test that walks them all."""
    for context in iter_route_contexts(app.routes):
        dependant = getattr(context, "dependant", None)
        for method in sorted(context.methods or ()):
            yield method, context.path or "", declared_access(dependant) if dependant is not None else None
