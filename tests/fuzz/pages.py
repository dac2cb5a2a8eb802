"""Pages as people meet them: links followed with other queries, forms filled in and sent with anything.

The forms are read from the pages themselves, so that no list of them can grow old.
"""

import random
import time
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit

import httpx

from tests.access.matrix import Matrix, Rule, matrix
from tests.access.world import NOBODY, subject
from tests.fuzz import ANONYMOUS
from tests.fuzz.asking import Asker
from tests.fuzz.bodies import address, query
from tests.fuzz.headers import content_type, odd_headers
from tests.fuzz.report import Report
from tests.fuzz.served import Ground, Person
from tests.fuzz.values import endless, text

_NOT_FUZZED = ("/health/", "/metrics", "/static/")
# Forms that show people out, and the one that logs out: they must not meet whoever fuzzes.
SHOW_OUT = tuple(rule.path for rule in matrix("") if rule.method == "POST" and not rule.is_api and not rule.public)
LOG_OUT = tuple(rule.path for rule in matrix("") if rule.method == "POST" and rule.public)
_LONG, _FLOOD = 250_000, 17_000_000
_QUERY_NAMES = (
    "page", "q", "tri", "statut", "lang", "theme", "categorie", "niveau", "nature", "etape", "lot", "col", "ordre",
    "jour", "annee", "apres", "avant", "campagne", "donateur", "donateur_q", "state", "with",
)  # fmt: skip


@dataclass
class Field:
    """One field of a form: its value as the page gives it, or the choices it offers."""

    name: str
    kind: str = "text"
    value: str = ""
    choices: list[str] = field(default_factory=list)


@dataclass
class FormSeen:
    """A form that writes, where it leads, what it holds."""

    action: str
    fields: list[Field]
    is_multipart: bool = False


def harmless(form: FormSeen) -> FormSeen:
    """The form; one that shows people out names nobody who fuzzes."""
    if form.action not in SHOW_OUT:
        return form
    absent = {"subject": "nobody-here", "organisation_id": "01936f3e-0000-7000-8000-000000000001"}
    fields = [
        Field(each.name, value=absent.get(each.name, each.value)) for each in form.fields if each.name != "everybody"
    ]
    if not any(each.name == "subject" for each in fields):
        fields.append(Field("subject", value=absent["subject"]))
    return FormSeen(form.action, fields)


class Reader(HTMLParser):
    """Forms and links of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[FormSeen] = []
        self.links: set[str] = set()
        self._form: FormSeen | None = None
        self._select: Field | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "a" and given.get("href", "").startswith("/"):
            self.links.add(given["href"])
        if tag == "form":
            is_post = given.get("method", "get").lower() == "post"
            self._form = FormSeen(given.get("action", ""), [], "multipart" in given.get("enctype", ""))
            if is_post:
                self.forms.append(self._form)
        if self._form is None or not given.get("name"):
            if tag == "option" and self._select is not None:
                self._select.choices.append(given.get("value", ""))
            return
        made = Field(given["name"], given.get("type", "text"), given.get("value", ""))
        if tag in ("input", "textarea", "button"):
            self._form.fields.append(made)
        elif tag == "select":
            self._select = Field(given["name"], "select")
            self._form.fields.append(self._select)

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._form = None
        if tag == "select":
            self._select = None


class Crawl:
    """What is known of a service's pages so far, by person."""

    def __init__(self, asker: Asker, rng: random.Random) -> None:
        self.asker = asker
        self.rng = rng
        self.forms: dict[tuple[str, str], tuple[Person, FormSeen]] = {}
        self.query_names = set(_QUERY_NAMES)

    def get(self, target: str, who: Person) -> None:
        headers = ({"cookie": who.cookies} if who.cookies else {}) | odd_headers(self.rng)
        answer = self.asker.ask("GET", target, headers, None, who)
        self.asker.judge_page(answer, "GET", target, headers, None, who)
        if answer.status == 200 and answer.headers.get("content-type", "").startswith("text/html"):
            self._learn(answer.text, target, who)

    def _learn(self, page: str, target: str, who: Person) -> None:
        reader = Reader()
        reader.feed(page)
        for link in reader.links:
            self.query_names |= {name for name, _ in parse_qsl(urlsplit(link).query) if len(name) < 40}
        here = target.partition("?")[0]
        for form in reader.forms:
            action = urljoin(here, form.action) if form.action else here
            key = (who.name, self.asker.shape(action))
            self.forms.setdefault(key, (who, harmless(FormSeen(action, form.fields, form.is_multipart))))

    def add_unseen(self, rules: list[Rule]) -> None:
        """Forms that no page shows at this moment of an object's life, as the access tests fill them in."""
        ground = self.asker.ground
        seen = {shape for _, shape in self.forms}
        for rule in rules:
            action = ground.world.path(rule.path, rule.parameters)
            if rule.method != "POST" or self.asker.shape(action) in seen:
                continue
            if rule.public:
                for name in (ANONYMOUS, NOBODY):
                    self.forms[name, action] = (ground.people[name], FormSeen(action, [Field("a"), Field("b")]))
                continue
            body = ground.matrix.body(rule, ground.world) or {}
            fields = [Field(name, "text", str(value)) for name, value in body.items() if name != "files"]
            fields += [Field(name, "file") for name in body.get("files", {})]
            for who in _those_who_may(ground, rule):
                self.forms[who.name, self.asker.shape(action)] = (who, harmless(FormSeen(action, fields)))

    def post(self, who: Person, form: FormSeen) -> None:
        rng = self.rng
        action = form.action + ("?" + query(rng, sorted(self.query_names)) if rng.random() < 0.1 else "")
        headers = {"cookie": who.cookies} if who.cookies else {}
        pairs = self._filled(form)
        files = [each for each in form.fields if each.kind == "file"]
        is_flood = bool(files) and rng.random() < 0.1
        is_long = is_flood or rng.random() < 0.05
        if rng.random() < (0.5 if is_flood else 0.95) and form.action not in LOG_OUT:
            headers["x-csrf-token"] = who.csrf
        else:
            headers["sec-fetch-site"] = "same-origin"  # what was typed may be said again
        if rng.random() < 0.2:
            headers["hx-request"] = "true"
        headers |= odd_headers(rng)
        if is_flood:
            text_of_a_part = endless(rng, _FLOOD // 17)
            pairs += [(f"more-{number}", text_of_a_part) for number in range(17)]
        elif is_long:
            pairs.append((rng.choice(pairs)[0] if pairs else "csrf_token", endless(rng, rng.randint(1000, _LONG))))
        if form.is_multipart or files or rng.random() < (0.5 if is_long else 0.1):
            fields: dict[str, str | list[str]] = {}
            for name, value in pairs:
                fields[name] = value
            uploads = {each.name: (text(rng)[:200] or "f", _content(rng), "text/csv") for each in files}
            request = httpx.Request("POST", "http://form", data=fields, files=uploads or {"": ("", b"")})
            body, kind = request.read(), request.headers["content-type"]
        else:
            body, kind = urlencode(pairs).encode(), "application/x-www-form-urlencoded"
        headers["content-type"] = content_type(rng, kind, is_long=is_long)
        answer = self.asker.ask("POST", action, headers, body, who)
        self.asker.judge_page(answer, "POST", action, headers, body, who)
        if answer.status == 303 and (location := answer.headers.get("location", "")).startswith("/"):
            self.get(location, who)

    def _filled(self, form: FormSeen) -> list[tuple[str, str]]:
        """The form as it would be sent, one to three fields changed, one perhaps missing or twice."""
        rng = self.rng
        named = [each for each in form.fields if each.kind != "file" and each.name != "csrf_token"]
        changed = set(rng.sample(range(len(named)), min(len(named), rng.randint(0, 3))))
        pairs = []
        for place, each in enumerate(named):
            usual = rng.choice(each.choices) if each.choices else each.value
            pairs.append((each.name, text(rng) if place in changed else usual))
        if pairs and rng.random() < 0.1:
            pairs.pop(rng.randrange(len(pairs)))
        if pairs and rng.random() < 0.1:
            pairs.append((rng.choice(pairs)[0], text(rng)))
        if rng.random() < 0.05:
            pairs.append(("csrf_token", text(rng)))
        return pairs


def run(ground: Ground, seed: int, seconds: float) -> Report:
    """First every page by everybody, then half forms, half addresses until the time is over."""
    rng = random.Random(f"pages {ground.service.name} {seed}")
    report = Report(seed)
    asker = Asker(ground, "pages", report)
    crawl = Crawl(asker, rng)
    rules = fuzzed(ground.matrix)
    reading = [rule for rule in rules if rule.method == "GET"]
    for rule in reading:
        for who in _those_who_may(ground, rule):
            crawl.get(ground.world.path(rule.path, rule.parameters), who)
    crawl.add_unseen(rules)
    ends = time.monotonic() + seconds
    while time.monotonic() < ends:
        if rng.random() < 0.6 and crawl.forms:
            crawl.post(*crawl.forms[rng.choice(sorted(crawl.forms))])
        else:
            rule = rng.choice(reading)
            who = rng.choice([*_those_who_may(ground, rule), ground.people[rng.choice(sorted(ground.people))]])
            target = address(rng, ground, rule)
            if rng.random() < 0.85:
                target += "?" + query(rng, sorted(crawl.query_names))
            crawl.get(target, who)
    written = {shape for _, shape in crawl.forms}
    report.notes.append(f"pages of {ground.service.name}: {len(reading)} pages, {len(written)} forms found on them")
    asker.close()
    return report


def fuzzed(known: Matrix) -> list[Rule]:
    return [rule for rule in known if not rule.is_api and not rule.path.startswith(_NOT_FUZZED)]


def _those_who_may(ground: Ground, rule: Rule) -> list[Person]:
    return [ground.people[subject(role)] for role in sorted(rule.roles)] or [ground.people["nobody"]]


def _content(rng: random.Random) -> bytes:
    if rng.random() < 0.3:
        return rng.randbytes(rng.choice((0, 10, 5000)))
    rows = ["Type;Marque;Modèle;N° de série;Année;RAM (Go)"]
    rows += [";".join(text(rng)[:500] for _ in range(6)) for _ in range(rng.randint(0, 20))]
    return "\n".join(rows).encode()
