"""The declared rules: who may call which route, and whose object its address names."""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from filiere.web import Role

from .world import World

Body = Callable[[World], Any]  # JSON, or a form's fields with the files under `files`

# Every service has these from the web kit.
KIT = """
GET   /health/live
GET   /health/ready
GET   /metrics
GET   /static/{version}/{name:path}
GET   /login
GET   /login/callback
POST  /logout
GET   /documentation
GET   /documentation/api
GET   /documentation/api/{name}
GET   /documentation/evenements
GET   /documentation/evenements/{type_}
GET   /invitation/{token}
"""
# Of a service that has guides.
KIT_OF_GUIDES = """
GET   /aide                                 public shared
GET   /aide/{guide}                         public shared
"""
# Public too, and not as a page that is only read.
KIT_OF_LETTERS = """
GET   /courriels/choix/{reader_id}          public shared
POST  /courriels/choix/{reader_id}          public shared
GET   /courriels/arret/{reader_id}/{kind}   public shared
POST  /courriels/arret/{reader_id}/{kind}   public shared
"""
KIT_GUARDED = """
GET   /api/v1/members          coordinator shared
POST  /api/v1/members/revoke   coordinator shared
POST  /api/v1/sessions/end     coordinator shared
GET   /acces                   coordinator shared
GET   /acces/liste.csv         coordinator shared
POST  /acces/retirer           coordinator shared
POST  /acces/deconnecter       coordinator shared
POST  /acces/confier           coordinator shared
GET   /api/v1/me               anyone shared keys=any
POST  /invitation/{token}      anyone shared
GET   /courriels               coordinator shared
GET   /courriels/liste.csv     coordinator shared
POST  /courriels/{mail_id}/reessayer  coordinator shared
GET   /courriels/{mail_id}     coordinator shared
GET   /courriels/{mail_id}/page  coordinator shared
GET   /courriels/preferences   anyone shared
POST  /equipe/coordination/inviter    coordinator shared
POST  /equipe/coordination/invitations/{invitation_id}/annuler  coordinator shared
"""
# Of services that give keys.
KIT_OF_KEYS = """
GET   /cles/{{owner}}                                    coordinator {role}
POST  /cles/{{owner}}                                    coordinator {role}
POST  /cles/{{owner}}/{{key_id}}/renouveler                coordinator {role}
POST  /cles/{{owner}}/{{key_id}}/revoquer                  coordinator {role}
"""
# {role}: of those who act for one of the service's organisations.
KIT_OF_TEAMS = """
POST  /api/v1/members/duty                             coordinator {role} keys=none
GET   /equipe                                          coordinator {role}
GET   /equipe/{{organisation_id}}                        coordinator {role}
GET   /equipe/{{organisation_id}}/liste.csv              coordinator {role}
POST  /equipe/{{organisation_id}}/inviter                coordinator {role}
POST  /equipe/{{organisation_id}}/fonction               coordinator {role}
POST  /equipe/{{organisation_id}}/retirer                coordinator {role}
POST  /equipe/{{organisation_id}}/invitations/{{invitation_id}}/annuler  coordinator {role}
"""


@dataclass(frozen=True)
class Rule:
    """Who may call a route; no role and not public: anybody who is logged in.

    `shared`: the address names nothing that belongs to one organisation. `raw`: the body is a document of another
    tool, whose unknown fields are dropped rather than refused. `short`: a list that cannot grow long.
    `keys`: the scopes of which a key needs one (`any` for all); empty for none, None where nothing is said of keys.
    """

    method: str
    path: str
    roles: frozenset[Role] = frozenset()
    public: bool = False
    shared: bool = False
    raw: bool = False
    short: bool = False
    keys: frozenset[str] | None = None

    @property
    def name(self) -> str:
        return f"{self.method} {self.path}"

    @property
    def is_api(self) -> bool:
        return self.path.startswith("/api/")

    @property
    def parameters(self) -> list[str]:
        return re.findall(r"{(\w+)(?::\w+)?}", self.path)


@dataclass(frozen=True)
class Matrix:
    """One service's rules, and valid bodies where a route needs one before it looks at whose object it is.

    `refused`: bodies that are well-formed and that a rule refuses, where possible after something was written.
    """

    rules: Mapping[str, Rule]
    bodies: Mapping[str, Body] = field(default_factory=dict)
    refused: Mapping[str, Body] = field(default_factory=dict)

    def __iter__(self) -> Iterator[Rule]:
        return iter(self.rules.values())

    def body(self, rule: Rule, world: World) -> Any:
        make = self.bodies.get(rule.name)
        return make(world) if make is not None else None


def matrix(
    table: str,
    bodies: Mapping[str, Body] | None = None,
    refused: Mapping[str, Body] | None = None,
    *,
    team: Role | None = None,
    gives_keys: bool = False,
    guides: bool = False,
    keys: str | None = None,
) -> Matrix:
    """Read a table of lines `METHOD path role role … flag …`; `anyone` means any logged-in person.

    `keys=read|declare` names the scopes of which a key needs one; `keys=none` says that no key opens it. `keys`: what
    holds for routes that the team may call and that say nothing.
    """
    kit = KIT_GUARDED + KIT_OF_LETTERS + (KIT_OF_TEAMS.format(role=team.value) if team else "")
    kit += KIT_OF_KEYS.format(role=team.value) if team and gives_keys else ""
    kit += KIT_OF_GUIDES if guides else ""
    lines = [*table.splitlines(), *kit.splitlines()]
    said = [_read(line) for line in lines if line.strip()]
    rules = {rule.name: rule for rule in said}
    twice = sorted(name for name, times in Counter(rule.name for rule in said).items() if times > 1)
    assert not twice, f"said twice, and the last line counts: {twice}"
    for line in KIT.split("\n"):
        if line.strip():
            method, path = line.split()
            rules[f"{method} {path}"] = Rule(method, path, public=True, shared=True)
    if keys is not None:
        rules = {name: _by_default(rule, team, keys) for name, rule in rules.items()}
    unknown = {*(bodies or {}), *(refused or {})} - set(rules)
    assert not unknown, f"bodies for routes that are not declared: {unknown}"
    return Matrix(rules, bodies or {}, refused or {})


def _by_default(rule: Rule, team: Role | None, keys: str) -> Rule:
    is_theirs = rule.is_api and not rule.public and (not rule.roles or team in rule.roles)
    return replace(rule, keys=frozenset({keys}) - {"none"}) if is_theirs and rule.keys is None else rule


def _read(line: str) -> Rule:
    method, path, *words = line.split()
    said = [word.removeprefix("keys=") for word in words if word.startswith("keys=")]
    words = [word for word in words if not word.startswith("keys=")]
    flags = {word for word in words if word in ("public", "shared", "raw", "short", "anyone")}
    roles = frozenset(Role(word) for word in words if word not in flags)
    assert roles or flags & {"public", "anyone"}, f"say who may: {line}"
    return Rule(
        method,
        path,
        roles,
        public="public" in flags,
        shared="shared" in flags,
        raw="raw" in flags,
        short="short" in flags,
        keys=frozenset(said[0].split("|")) - {"none"} if said else None,
    )
