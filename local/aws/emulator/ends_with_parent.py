"""Lets a process end with the Node process that started it, even when that one is killed.

The parent holds the write end of our stdin and never writes: reading its end means that the parent is gone.
As a script it runs a module (`venv`, `pip`) under that rule: ``python -I ends_with_parent.py pip install ...``.
"""

import os
import runpy
import sys
import threading
from collections.abc import Callable


def watch_parent(on_gone: Callable[[], None]) -> None:
    """Calls ``on_gone`` in a thread once stdin ends."""

    def wait() -> None:
        # fd 0 and not sys.stdin: its buffer lock would block the interpreter's shutdown.
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
