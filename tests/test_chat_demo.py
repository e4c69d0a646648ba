"""The demo: it starts without a token, shows a real exchange, serves its page, ends cleanly. See demo_page.py too."""

from __future__ import annotations

import re
import signal
import socket
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest

from bot.chat.demo import demo
from bot.settings import read
from bot.storage.knowledge.library import Library

ROOT = Path(__file__).parent.parent


@pytest.mark.parametrize("number", [signal.SIGINT, pytest.param(signal.SIGTERM, marks=pytest.mark.long)])
def test_the_demo_from_start_to_end(number: signal.Signals) -> None:
    # discord.py's own warnings, as in pyproject.toml.
    warnings = ["-W", "error", "-W", "ignore:'audioop'", "-W", "ignore:'count' is passed"]
    command = [sys.executable, *warnings, "-m", "bot", "demo", "--no-browser"]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdout=pipe, stderr=pipe, text=True, cwd=ROOT) as process:  # noqa: S603 - our own
        assert process.stdout is not None
        message = ""
        for line in process.stdout:
            message += line
            if "Ctrl-C" in line:
                break
        address = re.search(r"http://127\.0\.0\.1:\d+/#\S+", message)
        assert address, message
        with urllib.request.urlopen(address[0], timeout=20) as page:  # noqa: S310 - the loopback page
            assert page.status == 200
        process.send_signal(number)
        _, faults = process.communicate(timeout=30)
    assert process.returncode == 0
    assert faults == ""
    assert "Ctrl-C ends the demo" in message


def test_a_port_in_use_is_told(library: Library, capsys: pytest.CaptureFixture[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert demo(read(), library, port=port, open_browser=False) == 1
    message = capsys.readouterr().err
    assert message.startswith("The demo can't start: ")
    assert str(port) in message
    assert message.count("\n") == 1


def test_without_simcord_it_says_what_to_install(
    library: Library, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delitem(sys.modules, "bot.chat.demo.stage", raising=False)
    monkeypatch.delattr("bot.chat.demo.stage", raising=False)
    monkeypatch.setitem(sys.modules, "simcord", None)
    assert demo(read(), library) == 2
    assert capsys.readouterr().err == "The demo needs simcord: pip install 'salarybot[demo]'\n"
