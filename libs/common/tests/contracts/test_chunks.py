"""Long lists go into as many events as they need."""

from filiere.events import MAX_EVENT_BYTES, chunked
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel


class Line(BaseModel):
    name: str


@given(
    st.lists(st.integers(0, 2000).flatmap(lambda n: st.sampled_from(["x" * n, "é" * n, "𝄞" * n, '"' * n])), max_size=400),
    st.integers(1, 200),
)
def test_every_chunk_fits_and_nothing_is_lost_or_moved(names: list[str], most: int) -> None:
    chunks = chunked([Line(name=name) for name in names], most)
    assert [line.name for chunk in chunks for line in chunk] == names
    assert all(0 < len(chunk) <= most for chunk in chunks)
    sizes = [sum(len(line.model_dump_json().encode()) + 1 for line in chunk) for chunk in chunks]
    assert all(size < MAX_EVENT_BYTES for size in sizes)
