"""Which workers live, so that nobody's work is lost and nobody works on what was taken from him.

A worker on PostgreSQL keeps a row alive. When it can't, it ends itself at once: the others take over its runs then,
and what it does afterwards must not count.
"""

import logging
import os
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final, NoReturn

from sqlalchemy import ColumnElement, Connection, DateTime, Engine, create_engine, delete, func, insert, select, update
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.pool import NullPool

from oodaloo.infra.jobs.store import LeaseRow
from oodaloo.kit.clock import monotonic_seconds

EXIT_STATUS: Final = 75
"""What a worker ends with that lost its lease: try again, which is what starts it anew."""

ONE_AT_A_TIME: Final = 7_044_912
"""The advisory lock under which workers begin to live, and are found dead."""

_RENEWED_EACH: Final = 1 / 5  # of a lease
_WATCHED_EACH: Final = 1 / 20

_LOG = logging.getLogger(__name__)


def leave(reason: str) -> NoReturn:
    """End this process without another statement or call."""
    _LOG.critical("%s This worker stops, so that others can go on with its work; start it again.", reason)
    os._exit(EXIT_STATUS)


@dataclass(slots=True)
class Lease:
    """A worker's life, from `take` to `release`. `worker` is a name that no process ever had, `leave` ends this one."""

    engine: Engine
    worker: str
    seconds: float
    leave: Callable[[str], None] = leave
    _until: float = field(default=0, init=False)
    _ended: threading.Event = field(default_factory=threading.Event, init=False)
    _threads: list[threading.Thread] = field(default_factory=list, init=False)

    def take(self) -> None:
        """Begin to live, before anything is claimed in this worker's name. Raises SQLAlchemy's errors."""
        with self.engine.begin() as connection:
            connection.execute(select(func.pg_advisory_xact_lock(ONE_AT_A_TIME)))
            self._until = monotonic_seconds() + self.seconds
            connection.execute(insert(LeaseRow).values(worker=self.worker, expires_at=self._expiry()))
        self._threads = [
            threading.Thread(target=run, name=f"oodaloo-lease-{run.__name__}", daemon=True)
            for run in (self._renew, self._watch)
        ]
        for thread in self._threads:
            thread.start()

    def check(self) -> None:
        """Leave, unless this worker certainly lives in the eyes of the others."""
        if self._has_run_out():
            self.leave(f"The lease of {self.seconds:g} seconds ran out before it could be renewed.")

    def release(self) -> None:
        """Stop living; the others may take over at once what is left, or when the lease has run out."""
        self._ended.set()
        for thread in self._threads:
            thread.join(self.seconds)
        try:
            with self.engine.begin() as connection:
                connection.execute(delete(LeaseRow).where(LeaseRow.worker == self.worker))
        except SQLAlchemyError as error:
            _LOG.warning("The lease couldn't be given back: %s", error)

    def _renew(self) -> None:
        """Renew the lease, on a connection and in a thread that nothing else keeps busy."""
        renewal = update(LeaseRow).where(LeaseRow.worker == self.worker, LeaseRow.expires_at > _now())
        while not self._ended.wait(self.seconds * _RENEWED_EACH):
            asked_at = monotonic_seconds()
            try:
                with self.engine.begin() as connection:
                    kept = connection.execute(renewal.values(expires_at=self._expiry())).rowcount
            except SQLAlchemyError as error:
                _LOG.warning("The lease couldn't be renewed: %s", error)
                continue
            if not kept:
                self.leave("The lease had run out when it was to be renewed.")
                return
            self._until = asked_at + self.seconds

    def _watch(self) -> None:
        """Leave in time even when a renewal is stuck."""
        while not self._ended.wait(self.seconds * _WATCHED_EACH):
            if self._has_run_out():
                self.check()
                return

    def _has_run_out(self) -> bool:
        return monotonic_seconds() >= self._until

    def _expiry(self) -> ColumnElement[datetime]:
        return _now() + timedelta(seconds=self.seconds)


def living(connection: Connection) -> frozenset[str]:
    """The workers that live, for who holds the lock `ONE_AT_A_TIME`; what died long ago is forgotten."""
    connection.execute(delete(LeaseRow).where(LeaseRow.expires_at < _now() - timedelta(days=1)))
    return frozenset(connection.scalars(select(LeaseRow.worker).where(LeaseRow.expires_at > _now())))


def open_lease_engine(url: str, lease_seconds: float) -> Engine:
    """Connections of their own for leases; one that stands still doesn't hold the others up for longer than a lease."""
    milliseconds = round(lease_seconds * 1000)
    options = f"-c idle_in_transaction_session_timeout={milliseconds} -c statement_timeout={2 * milliseconds}"
    arguments = {"options": options, "connect_timeout": max(2, round(lease_seconds / 2))}
    return create_engine(url, poolclass=NullPool, connect_args=arguments)


def _now() -> ColumnElement[datetime]:
    return func.clock_timestamp(type_=DateTime(timezone=True))
