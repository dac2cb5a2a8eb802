"""API of what is waited for: open to anybody, it names nobody."""

from filiere.web import ReadSession, api_router, public

from collect.wanted.board import Wanted, board
from collect.wanted.repository import WantedRepository

router = api_router("/wanted")


@router.get("", dependencies=[public()])
async def get(session: ReadSession) -> list[Wanted]:
    """What structures wait for, per category and region; fewer than five are not told apart."""
    return board(await WantedRepository.from_session(session).waiting())
