"""Python's cyclic garbage collector, out of the way while much is made that lasts."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def without_collections() -> Iterator[None]:
    """Make many lasting objects without looking for cycles among them, which would take longer than making them.

    For stretches without `await`: nothing else should wait for its garbage meanwhile.
    """
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()
