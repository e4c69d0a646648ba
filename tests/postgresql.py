"""A PostgreSQL of its own for tests: in a temporary folder, on a free port of the loopback, ended by its process."""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from pathlib import Path

USER = "salarybot"
_PATIENCE = 30.0  # seconds to come up or to end, on a busy machine


class NotInstalledError(Exception):
    """There is no PostgreSQL on this machine."""


class Postgresql:
    """One server; it can be killed and started again with what it held."""

    def __init__(self) -> None:
        self._initdb, self._postgres = _binary("initdb"), _binary("postgres")
        self.folder = Path(tempfile.mkdtemp(prefix="salarybot-pg-"))
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = int(free.getsockname()[1])
        self._running: subprocess.Popen[bytes] | None = None
        self._as: pwd.struct_passwd | None = None
        if os.geteuid() == 0:  # which PostgreSQL refuses to run as
            self._as = _somebody()
            os.chown(self.folder, self._as.pw_uid, self._as.pw_gid)
        self._run(self._initdb, "-D", str(self._data), "-U", USER, "--auth=trust", "--no-sync", "-E", "UTF8").wait()

    @property
    def _data(self) -> Path:
        return self.folder / "data"

    def url(self, name: str) -> str:
        return f"postgresql://{USER}:no%40secret@127.0.0.1:{self.port}/{name}"

    def start(self) -> None:
        """Start it and wait until it answers."""
        listening = ("-k", str(self.folder), "-h", "127.0.0.1", "-p", str(self.port))
        self._running = self._run(self._postgres, "-D", str(self._data), *listening, "-F")
        end = time.monotonic() + _PATIENCE
        while not self._answers():
            assert time.monotonic() < end, "PostgreSQL does not come up"
            assert self._running.poll() is None, "PostgreSQL ended by itself"
            time.sleep(0.02)

    def kill(self) -> None:
        """End it at once, as a lost machine would; it recovers at its next start."""
        if self._running is not None:
            self._running.send_signal(3)  # SIGQUIT: without goodbye, its own processes with it
            self._running.wait(_PATIENCE)
            self._running = None

    def pids(self) -> list[int]:
        """Return its processes."""
        assert self._running is not None
        own = self._running.pid
        children = Path(f"/proc/{own}/task/{own}/children").read_text(encoding="ascii")
        return [own, *map(int, children.split())]

    def remove(self) -> None:
        self.kill()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _answers(self) -> bool:
        asked = self._run(_binary("pg_isready"), "-q", "-h", "127.0.0.1", "-p", str(self.port))
        return asked.wait(_PATIENCE) == 0

    def make(self, name: str) -> None:
        """Make a database of that name."""
        made = self._run(_binary("createdb"), "-h", "127.0.0.1", "-p", str(self.port), "-U", USER, name)
        assert made.wait(_PATIENCE) == 0

    def _run(self, *command: str) -> subprocess.Popen[bytes]:
        return subprocess.Popen(  # noqa: S603 - PostgreSQL's own programs
            command,
            cwd=self.folder,
            env={"LC_ALL": "C", "PATH": os.defpath},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            user=self._as.pw_uid if self._as else None,
            group=self._as.pw_gid if self._as else None,
            extra_groups=[] if self._as else None,
        )


def _binary(name: str) -> str:
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    found = shutil.which(name, path=os.pathsep.join([*map(str, folders), os.environ.get("PATH", "")]))
    if found is None:
        raise NotInstalledError(f"no {name}: PostgreSQL's server is not installed")
    return found


def _somebody() -> pwd.struct_passwd:
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise NotInstalledError("PostgreSQL refuses to run as root, and there is nobody else")
