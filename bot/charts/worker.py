"""The process that draws: charts come in on standard input, pictures go out on standard output.

It is crash-only. Whatever goes wrong ends it, with the reason as the last line on standard error, and the bot starts
another. It ends with the bot too: when standard input does. It writes no file.
"""

from __future__ import annotations

import contextlib
import gc
import logging
import os
import pickle
import queue
import sys
import tempfile
import threading
import traceback
import warnings
from collections.abc import Callable, Iterator

from bot.core.render.chart import Chart

SIZE = 4  # bytes in front of a picture that say how many follow


def main() -> None:
    """Draw until standard input ends."""
    out = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # nothing but pictures goes out there
    charts: queue.SimpleQueue[Chart] = queue.SimpleQueue()
    threading.Thread(target=_listen, args=(charts,), daemon=True).start()
    draw = _artist()
    gc.freeze()  # what was imported stays
    while True:
        picture = draw(charts.get())
        out.write(len(picture).to_bytes(SIZE) + picture)
        out.flush()
        gc.collect()  # a drawing is full of circles: left to themselves they grow to 130 MB, so they stay below 80


def _listen(charts: queue.SimpleQueue[Chart]) -> None:
    """Take what comes in; a thread hears the end of it even while a drawing hangs."""
    try:
        while True:
            charts.put(pickle.load(sys.stdin.buffer))  # noqa: S301 - from the bot itself, over its own pipe
    except EOFError:
        os._exit(0)
    except Exception:  # noqa: BLE001 - the edge of a thread that nobody waits for
        traceback.print_exc()  # its last line is what the bot says of it
        os._exit(1)


def _artist() -> Callable[[Chart], bytes]:
    # A name in a script that no font here has is drawn as boxes, without a warning for each of its letters.
    warnings.simplefilter("ignore")
    logging.disable()
    with _no_folder():
        from bot.charts.layout import draw  # noqa: PLC0415 - not in the bot's process, and not before this

    return draw


def _nowhere(*_: object, **__: object) -> str:
    return f"{os.devnull}/matplotlib"


@contextlib.contextmanager
def _no_folder() -> Iterator[None]:
    """Let matplotlib be imported where nothing can be written.

    It wants a folder for a list of fonts, makes a temporary one where the home won't do, and does not start without
    either. The list of its own 40 fonts takes 0.13 s, which a file left behind isn't worth.
    """
    made, tempfile.mkdtemp = tempfile.mkdtemp, _nowhere  # type: ignore[assignment]
    try:
        yield
    finally:
        tempfile.mkdtemp = made


if __name__ == "__main__":
    main()
