"""What durable work is made of: kinds of it, the queues they wait in, and what a run of one has in hand."""

from collections.abc import Awaitable, Callable, Coroutine, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Protocol, TypeAlias, TypeVar

from oodaloo.infra.db.session import TenantSession
from oodaloo.kit.errors import OodalooError
from oodaloo.kit.ids import BusinessId

Json: TypeAlias = bool | int | str | Sequence["Json"] | Mapping[str, "Json"] | None
"""What a step may return: it is stored, and read again when the run goes on in another process."""

JsonT = TypeVar("JsonT", bound=Json)

LONGEST_PAUSE_SECONDS: Final = 120.0


class StepFailedError(OodalooError):
    """A step raised an error, which is stored as the step's outcome: it isn't tried again.

    The run sees this one error whether the step failed just now or in a process that is gone: `error` is the name of
    the class that was raised. An outcome that the run decides upon should be what a step returns.
    """

    def __init__(self, step: str, error: str, message: str) -> None:
        super().__init__(f"The step '{step}' failed with {error}: {message}")
        self.step = step
        self.error = error


class PauseTooLongError(OodalooError):
    """A run wanted to keep its place while it waits for long. Keep the date in a row, and enqueue when it is due."""


@dataclass(frozen=True, slots=True)
class Queue:
    """Where runs wait for a place: each process has `at_once` of them, and looks for more every `poll_seconds`.

    The name is stored with what waits in it.
    """

    name: str
    at_once: int = 20
    poll_seconds: float = 0.5


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of durable work. Its name is stored with each run, so that it stays while runs of it are open."""

    name: str
    queue: Queue


class Run(Protocol):
    """What a run of durable work has in hand.

    A run is repeated from its beginning in another process when its own is gone. Steps that had ended aren't done
    again then: they give what they gave. So a run does nothing outside its steps, does them one after the other and
    in the same order each time, and decides only upon what they return.
    """

    @property
    def business_id(self) -> BusinessId:
        """Whose work it is."""
        ...

    @property
    def id(self) -> str:
        """The run's id, which nothing else has."""
        ...

    async def transaction(self, step: str, work: Callable[[TenantSession], Awaitable[JsonT]]) -> JsonT:
        """What `work` returns, from a transaction that takes effect exactly once.

        It is committed together with the note that the step has ended, and only while the run is this process's: what
        a process did that was thought dead meanwhile is rolled back. `work` may run again when it wasn't committed.
        Sequences come back as lists. Raises `StepFailedError`.
        """
        ...

    async def outside(self, step: str, work: Callable[[], Awaitable[JsonT]], *, timeout_seconds: float = 60) -> JsonT:
        """What `work` returns that asks something outside the database, such as QuickBooks.

        It may be done more than once: a process can die between the answer and the note of it, and one that is
        thought dead can have a last call under way. So it needs a key by which the other side knows it again. When our
        own database can't be used it is done again, until that can. Raises `StepFailedError`, also (`error` is
        "TimeoutError") when it takes longer than `timeout_seconds`.
        """
        ...

    async def pause(self, seconds: float) -> None:
        """Wait, through restarts too. The run keeps its place meanwhile, so that this is for seconds.

        Raises `PauseTooLongError` above `LONGEST_PAUSE_SECONDS`.
        """
        ...

    async def follows(self, change: str) -> bool:
        """Whether this run does its steps as they are since a named change of them.

        Runs that are past this point in their former steps go on with those. Ask before the first step that differs;
        when no run from before the change is left, drop the question and the former steps.
        """
        ...


Body: TypeAlias = Callable[[Run, str], Coroutine[Any, Any, None]]
"""What a run does, given itself and the id of the row that it is about; that row says everything else."""
