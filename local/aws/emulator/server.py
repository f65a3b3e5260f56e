"""Serves MiniStack on two free ports of 127.0.0.1: one with TLS, one without.

MiniStack's own server is not used, because it takes a fixed port, tries port 443, and leaves a file in /tmp.
"""

import asyncio
import json
import os
import signal
import socket
import threading
from typing import NamedTuple

from ends_with_parent import watch_parent

_GRACE_SECONDS = 1
_HARD_END_SECONDS = 3


class Sockets(NamedTuple):
    """Bound, but not yet listening."""

    tls: socket.socket
    plain: socket.socket


def bind() -> Sockets:
    """Binds two free ports. Tells MiniStack the TLS port, because it writes its address into some answers."""
    sockets = Sockets(_free_port(), _free_port())
    os.environ["BIND_HOST"] = "127.0.0.1"
    os.environ["GATEWAY_PORT"] = str(_port(sockets.tls))
    return sockets


def serve(sockets: Sockets) -> None:
    """Serves until stdin ends or SIGTERM. Ignores Ctrl-C, which the parent handles."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    print(json.dumps({"tls": _port(sockets.tls), "plain": _port(sockets.plain)}), flush=True)
    asyncio.run(_serve(sockets))


async def _serve(sockets: Sockets) -> None:
    from guard import guarded
    from hypercorn.asyncio import serve as hypercorn_serve
    from hypercorn.config import Config

    config = Config()
    config.certfile = os.environ["MINISTACK_SSL_CERT"]
    config.keyfile = os.environ["MINISTACK_SSL_KEY"]
    config.bind = [f"fd://{sockets.tls.detach()}"]
    config.insecure_bind = [f"fd://{sockets.plain.detach()}"]
    config.loglevel = "WARNING"
    config.keep_alive_timeout = 75
    config.graceful_timeout = _GRACE_SECONDS

    ending = asyncio.Event()
    loop = asyncio.get_running_loop()

    def end() -> None:
        loop.call_soon_threadsafe(ending.set)
        # Exits even if a worker thread of MiniStack is still busy.
        hard_end = threading.Timer(_HARD_END_SECONDS, os._exit, (1,))
        hard_end.daemon = True
        hard_end.start()

    signal.signal(signal.SIGTERM, lambda *_: end())
    watch_parent(end)
    await hypercorn_serve(guarded, config, shutdown_trigger=ending.wait)


def _free_port() -> socket.socket:
    bound = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    bound.bind(("127.0.0.1", 0))
    return bound


def _port(bound: socket.socket) -> int:
    return int(bound.getsockname()[1])
