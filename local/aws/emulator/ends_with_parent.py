"""Ends a process when its parent process ends, even by `kill -9`.

The parent holds the write end of stdin and never writes, so stdin ends only with the parent.
As a script it runs a module (`venv`, `pip`) with this rule: ``python -I ends_with_parent.py pip install ...``.
"""

import os
import runpy
import sys
import threading
from collections.abc import Callable


def watch_parent(on_gone: Callable[[], None]) -> None:
    """Calls ``on_gone`` in a thread once stdin ends."""

    def wait() -> None:
        # Reads fd 0, because the buffer lock of sys.stdin would block the interpreter's shutdown.
        while os.read(0, 1024):
            pass
        on_gone()

    threading.Thread(target=wait, name="watch-parent", daemon=True).start()


def main() -> None:
    watch_parent(lambda: os._exit(1))
    sys.argv = sys.argv[1:]
    runpy.run_module(sys.argv[0], run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()
