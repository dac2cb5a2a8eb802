"""The settings of this service, as a page reads them."""

from typing import cast

from filiere.web.app_state import app_state
from starlette.requests import Request

from distribute.settings import DistributeSettings


def settings_of(request: Request) -> DistributeSettings:
    return cast(DistributeSettings, app_state(request).settings)
