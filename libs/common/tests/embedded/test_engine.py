"""What every engine does while it starts, whichever program it is."""

from pathlib import Path

import pytest
from filiere.embedded.engine import Engine
from filiere.embedded.process import Child, EngineError


class Hurried(Engine[Child]):
    """Its port is taken at each try, and its time ends in the midst of one."""

    title = "It"
    start_seconds = 0.04
    says_port_taken = ("in use",)

    def __init__(self, folder: Path) -> None:
        super().__init__(folder / "it.log", 1)
        self.tries = 0

    async def _live(self, deadline: float) -> str:
        self.tries += 1
        return "port 1 is in use" if self.tries == 1 else "no answer after 0 s"

    async def _launch(self) -> Child:
        raise AssertionError

    async def _answers(self) -> bool:
        raise AssertionError


async def test_a_try_that_is_cut_short_does_not_hide_what_the_one_before_has_said(tmp_path: Path) -> None:
    with pytest.raises(EngineError, match="It does not start: port 1 is in use"):
        await Hurried(tmp_path).start()
