"""The link by which structures come to a campaign: anybody who has it may read, whoever leads a structure may join."""

from uuid import UUID

from filiere.links.tokens import LinkSigner
from filiere.web.app_state import app_state
from starlette.requests import Request

from distribute.news.kinds import CAMPAIGN_LINK


def signer(request: Request) -> LinkSigner:
    state = app_state(request)
    return LinkSigner(state.settings, state.service.name, CAMPAIGN_LINK)


def token_of(request: Request, campaign_id: UUID) -> str:
    return signer(request).token(campaign_id)
