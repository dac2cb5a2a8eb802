"""What the fuzzers bring, and where to: each of these was once left out, and hid a fault."""

import random
import zlib
from collections import Counter
from collections.abc import Iterator

import pytest

from tests.access.conftest import MATRICES
from tests.access.matrix import matrix
from tests.fuzz import pages
from tests.fuzz.headers import content_type, odd_headers
from tests.fuzz.pages import Field, FormSeen, fuzzed, harmless
from tests.fuzz.values import text

INDEX_ROW = 2704


def draws() -> Iterator[random.Random]:
    rng = random.Random(20261130)
    for _ in range(3000):
        yield rng


def test_a_body_comes_in_every_charset_and_under_endless_types() -> None:
    kinds = Counter(content_type(rng, "multipart/form-data; boundary=b") for rng in draws())
    assert kinds["multipart/form-data; boundary=b"] > 2000
    for charset in ("punycode", "undefined", "utf-16"):
        assert kinds[f"multipart/form-data; boundary=b; charset={charset}"]
    assert max(map(len, kinds)) > 5000


def test_any_header_may_be_odd() -> None:
    sent = Counter((name, value) for rng in draws() for name, value in odd_headers(rng).items())
    for one in (("x-csrf-token", "Ã©"), ("hx-current-url", "http://[x"), ("idempotency-key", "x" * 201)):
        assert sent[one]
    assert all(value.isprintable() or max(value) >= "\x80" for _, value in sent)


def test_some_texts_cannot_be_packed_into_an_index() -> None:
    assert any(len(zlib.compress(text(rng).encode())) > INDEX_ROW for rng in draws())


@pytest.mark.parametrize("service", sorted(MATRICES))
def test_pages_to_log_in_and_out_and_to_show_people_out_are_asked(service: str) -> None:
    asked = {rule.path for rule in fuzzed(MATRICES[service])}
    left_out = {rule.path for rule in MATRICES[service] if not rule.is_api} - asked
    assert all(path.startswith(("/health/", "/metrics", "/static/")) for path in left_out)
    assert {rule.path for rule in matrix("")} - left_out >= {"/login", "/logout"}


def test_a_form_that_shows_people_out_names_nobody_who_fuzzes() -> None:
    (action, *_) = pages.SHOW_OUT
    form = harmless(FormSeen(action, [Field("everybody", value="true"), Field("subject", value="coordinator")]))
    assert [(each.name, each.value) for each in form.fields] == [("subject", "nobody-here")]
    other = FormSeen("/commander", [Field("everybody", value="true")])
    assert harmless(other) is other
