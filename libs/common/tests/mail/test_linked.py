"""Addresses of ours in a letter are links where it is shown; whatever looks like one is text."""

import pytest
from filiere.mail.linked import is_ours, pieces
from hypothesis import given
from hypothesis import strategies as st

OURS = ("http://localhost:8003", "https://aide.example/filiere/")


def test_an_address_of_ours_is_a_link_without_the_sentence_around_it() -> None:
    text = "Ouvrez http://localhost:8003/candidature/a.b?x=1&y=2. Ou https://autre.example/x, à vous."
    assert [(one.text, one.is_link) for one in pieces(text, OURS)] == [
        ("Ouvrez ", False),
        ("http://localhost:8003/candidature/a.b?x=1&y=2", True),
        (". Ou https://autre.example/x, à vous.", False),
    ]


@pytest.mark.parametrize(
    "address",
    [
        "https://localhost:8003/x",
        "http://localhost:8003.elsewhere.example/",
        "http://localhost:8003@elsewhere.example/",
        "http://localhost:80031/",
        "http://localhost/",
        "http://localhost:8003\\@elsewhere.example/",
        "https://aide.example/filiere-autre",
        "https://aide.example/",
        "javascript:alert(1)",
        "https://aide.example/filiere/../autre",
        "https://aide.example/filiere/%2e%2E/autre",
        "https://aide.example/filiere/x/..%2f..%2fautre",
        "https://aide.example/filiere/%252e%252e/autre",
        "https://aide.example/filiere/..%5cautre",
        "https://aide.example/filiere/./x",
        "https://aide.example/filiere//autre.example/x",
        "http://[::1",
    ],
)
def test_what_leads_elsewhere_is_no_link(address: str) -> None:
    assert not is_ours(address, [one.rstrip("/") for one in OURS])
    assert not any(one.is_link for one in pieces(f"Voir {address} vite", OURS))


def test_a_folder_of_ours_is_ours() -> None:
    assert is_ours("https://aide.example/filiere/x", ["https://aide.example/filiere"])
    assert is_ours("http://localhost:8003/", ["http://localhost:8003"])
    assert is_ours("https://aide.example/filiere/x..y/a%2Fb?q=../x#..", ["https://aide.example/filiere"])


@given(st.lists(st.sampled_from(["http://localhost:8003", "/x", ".", " ", "<b>", "\\", "@", "é", "https://", '"'])))
def test_nothing_of_a_text_is_lost_and_each_link_is_ours(words: list[str]) -> None:
    text = "".join(words)
    found = pieces(text, OURS)
    assert "".join(one.text for one in found) == text
    assert all(is_ours(one.text, ["http://localhost:8003"]) for one in found if one.is_link)
