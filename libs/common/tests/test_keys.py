"""The secret of a key: told from everything else without a query, and kept so that nobody reads it back."""

import re

from filiere.keys.secret import BEGINS, PATTERN, SHOWN, hash_of, is_whole, looks_like_a_key, new_secret
from hypothesis import given
from hypothesis import strategies as st

ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"


def test_secrets_differ_and_scanners_find_them() -> None:
    made = {new_secret() for _ in range(500)}
    assert len(made) == 500
    assert all(re.fullmatch(PATTERN, secret) and is_whole(secret) and looks_like_a_key(secret) for secret in made)
    assert len({secret[:SHOWN] for secret in made}) > 490  # people tell them apart by their beginning


@given(st.integers(min_value=len(BEGINS), max_value=len(BEGINS) + 48), st.sampled_from(ALPHABET))
def test_one_wrong_letter_is_seen_without_a_query(place: int, letter: str) -> None:
    secret = new_secret()
    wrong = secret[:place] + letter + secret[place + 1 :]
    assert is_whole(wrong) is (wrong == secret)


@given(st.text(max_size=80))
def test_nothing_else_is_a_key(text: str) -> None:
    assert not is_whole(text)
    assert not is_whole(BEGINS + text)


def test_what_is_kept_is_a_hash_of_all_of_it() -> None:
    secret = new_secret()
    assert re.fullmatch("[0-9a-f]{64}", hash_of(secret))
    assert hash_of(secret) != hash_of(secret[:-1] + ("0" if secret[-1] != "0" else "1"))
