"""`python -m stack.home`: started by the supervisor, with its settings in the environment.

With `--port` and `--folder`, those of `filiere.embedded.identity`, the provider answers in the same process.
"""

import socket
import sys
from threading import Thread

import uvicorn
from filiere.embedded import identity
from filiere.embedded.ports import LOOPBACK

from stack.home.app import create_home
from stack.settings import StackSettings


class _Door(uvicorn.Server):
    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """The provider comes after the front door: whoever waits for it finds both."""
        await super().startup(sockets)
        if sys.argv[1:]:
            Thread(target=self._provide, name="identity", daemon=True).start()

    def _provide(self) -> None:
        """Neither lives without the other: whoever looks after us starts both again, and reads why."""
        try:
            identity.main()
        finally:
            self.should_exit = True


if __name__ == "__main__":
    settings = StackSettings()
    config = uvicorn.Config(
        create_home(settings),
        host=LOOPBACK,
        port=settings.home_port,
        ws="none",  # no page uses one, and their library is 2 MB
        log_level="warning",
        access_log=False,
    )
    _Door(config).run()
