"""The process of the pages: granian on one port of this machine, which hears once that it should stop."""

from __future__ import annotations

from typing import Annotated, Any

import typer
from granian.constants import Interfaces
from granian.log import LogLevels
from granian.server.mp import MPServer

HOST = "127.0.0.1"


class Site(MPServer):
    """The web server. Told twice in the same moment to stop, it stops once.

    When a command of several threads is killed, the system tells its children once for each thread. The server's own
    handler would then wait for itself, for ever, and keep the port.
    """

    def signal_handler_interrupt(self, *told: Any, **more: Any) -> None:
        """Stop; that it should is no news the second time."""
        if not self.interrupt_signal:
            super().signal_handler_interrupt(*told, **more)


def site_at(port: int, workers: int) -> Site:
    """The pages at this port by so many processes; one that does not hear has three seconds to stop."""
    return Site(
        "guanhu.config.wsgi:application", address=HOST, port=port, interface=Interfaces.WSGI, workers=workers,
        blocking_threads=1, websockets=False, log_access=False, log_level=LogLevels.warning,
        workers_kill_timeout=3,  # a worker that is still starting may not hear that it should stop
    )  # fmt: skip


def main(port: Annotated[int, typer.Option()], workers: Annotated[int, typer.Option()] = 1) -> None:
    """Serve until told to stop."""
    site_at(port, workers).serve()


if __name__ == "__main__":
    typer.run(main)
