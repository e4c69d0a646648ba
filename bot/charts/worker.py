"""The worker process of the renderer: charts come in on standard input, pictures go out on standard output.

It is crash-only: any error ends it, with the reason as the last line on standard error, and the bot starts another. It
also ends with the bot, when standard input is closed. It writes no file.
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

SIZE = 4  # bytes of the length in front of each picture


def main() -> None:
    """Draw until standard input ends."""
    out = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # nothing but pictures may be written there
    charts: queue.SimpleQueue[Chart] = queue.SimpleQueue()
    threading.Thread(target=_listen, args=(charts,), daemon=True).start()
    draw = _artist()
    gc.freeze()  # imported modules stay
    while True:
        picture = draw(charts.get())
        out.write(len(picture).to_bytes(SIZE) + picture)
        out.flush()
        gc.collect()  # a drawing is full of reference cycles: 80 MB at most this way, 130 without


def _listen(charts: queue.SimpleQueue[Chart]) -> None:
    """Queue the charts that come in; a thread notices the end of input even while a drawing hangs."""
    try:
        while True:
            charts.put(pickle.load(sys.stdin.buffer))  # noqa: S301 - from the bot itself, over its own pipe
    except EOFError:
        os._exit(0)
    except Exception:  # noqa: BLE001 - the edge of a thread that nobody waits for
        traceback.print_exc()  # the bot logs the last line
        os._exit(1)


def _artist() -> Callable[[Chart], bytes]:
    # Letters that no font here has are drawn as boxes, without a warning for each.
    warnings.simplefilter("ignore")
    logging.disable()
    with _without_folder():
        from bot.charts.layout import draw  # noqa: PLC0415 - not in the bot's process, and not before this

    return draw


def _nowhere(*_: object, **__: object) -> str:
    return f"{os.devnull}/matplotlib"


@contextlib.contextmanager
def _without_folder() -> Iterator[None]:
    """Let matplotlib be imported where nothing can be written.

    It wants a folder for its font list, and falls back to a temporary one. Listing its own 40 fonts takes 0.13 s,
    which is not worth a file.
    """
    original, tempfile.mkdtemp = tempfile.mkdtemp, _nowhere  # type: ignore[assignment]
    try:
        yield
    finally:
        tempfile.mkdtemp = original


if __name__ == "__main__":
    main()
