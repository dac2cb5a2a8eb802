"""Links for people without an account: only what we signed, for one purpose, opens anything."""

from uuid import uuid4

from filiere.links.tokens import LENGTH, LinkSigner
from filiere.settings import Settings
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr


def signer(secret: str = "a-secret", purpose: str = "proof") -> LinkSigner:
    return LinkSigner(Settings(_env_file=None, session_secret=SecretStr(secret)), "collect", purpose)


@given(st.uuids())
def test_a_link_is_read_back_by_whoever_signed_it_and_by_nobody_else(link_id: object) -> None:
    token = signer().token(link_id)  # type: ignore[arg-type]
    assert len(token) == LENGTH
    assert signer().read(token) == link_id
    assert signer(secret="another").read(token) is None
    assert signer(purpose="another").read(token) is None


@given(st.integers(0, LENGTH - 1), st.characters())
def test_any_other_character_anywhere_opens_nothing(place: int, character: str) -> None:
    token = signer().token(uuid4())
    changed = token[:place] + character + token[place + 1 :]
    assert (signer().read(changed) is None) == (changed != token)


@given(st.text(max_size=100))
def test_no_text_opens_anything(text: str) -> None:
    assert signer().read(text) is None
