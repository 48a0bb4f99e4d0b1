"""Programs of ours as processes that start in no time: forked from one that has loaded the program already.

Starting the interpreter and importing the product takes a hundred times longer than what a kill test wants to
interrupt. What is forked runs the command's own entry point, in a process of its own that can be killed like any.
"""

import importlib
import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Forks:
    """The process that forks, reached through its stdin and stdout."""

    server: "subprocess.Popen[str]"
    _turn: threading.Lock = field(default_factory=threading.Lock)

    def start(self, *arguments: str, settings: Mapping[str, str], folder: Path) -> int:
        """Start the program with its whole environment; gives the process's id."""
        return self._ask({"start": arguments, "environment": dict(settings), "folder": str(folder)})

    def has_ended(self, pid: int) -> bool:
        """Whether a process came to its own end; it is kept until it is killed."""
        return bool(self._ask({"ended": pid}))

    def kill(self, pid: int) -> int:
        """Kill a process (-9), whether it still runs or not; gives how it ended, as `os.waitpid` tells it."""
        return self._ask({"kill": pid})

    def _ask(self, question: Mapping[str, object]) -> int:
        with self._turn:
            assert self.server.stdin is not None
            assert self.server.stdout is not None
            self.server.stdin.write(json.dumps(question) + "\n")
            self.server.stdin.flush()
            return int(self.server.stdout.readline())


@contextmanager
def forks(program: str = "oodaloo.cli.main") -> Iterator[Forks]:
    """A process that forks a program (a module with a `main`), until the end of the block; `oodaloo` unless said."""
    command = [sys.executable, "-m", "tests.support.forked", program]
    with subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as server:
        yield Forks(server)


def _serve() -> None:
    program = importlib.import_module(sys.argv[1])  # what is loaded here, every fork has
    for line in sys.stdin:
        question = json.loads(line)
        sys.stdout.write(f"{_answer(question, program.main)}\n")
        sys.stdout.flush()


def _answer(question: dict[str, Any], main: Any) -> int:  # noqa: ANN401 (the entry point)
    if "start" in question:
        return os.fork() or _run(question["start"], question["environment"], question["folder"], main)
    if "ended" in question:
        # WNOWAIT leaves the process to be killed, so that its id can't be anybody else's meanwhile.
        ended = os.waitid(os.P_PID, question["ended"], os.WEXITED | os.WNOHANG | os.WNOWAIT)
        return int(ended is not None)
    os.kill(question["kill"], signal.SIGKILL)
    return os.waitpid(question["kill"], 0)[1]


def _run(arguments: Sequence[str], environment: Mapping[str, str], folder: str, main: Any) -> int:  # noqa: ANN401
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(folder)
    for stream in (0, 1, 2):
        os.dup2(os.open(os.devnull, os.O_RDWR), stream)
    sys.argv = ["oodaloo", *arguments]
    try:
        main()
    finally:
        os._exit(0)


if __name__ == "__main__":
    _serve()
