"""`python -m stack.home`: started by the supervisor, with its settings in the environment."""

import uvicorn
from filiere.embedded.ports import LOOPBACK

from stack.home.app import create_home
from stack.settings import StackSettings

if __name__ == "__main__":
    settings = StackSettings()
    uvicorn.run(
        create_home(settings),
        host=LOOPBACK,
        port=settings.home_port,
        ws="none",  # no page uses one, and their library is 2 MB
        log_level="warning",
        access_log=False,
    )
