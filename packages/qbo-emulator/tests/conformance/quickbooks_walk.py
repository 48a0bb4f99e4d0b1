"""python-quickbooks through all lives and services, with every operation noted that it is asked for."""

import asyncio
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Final

from conformance.company import Company, founded
from conformance.excused import QUICKBOOKS
from conformance.lives import whole_life
from conformance.operations import Operations, Shares
from conformance.served import Running
from conformance.services import SERVICES
from conformance.specimens import SPECIMENS
from webhook_receiver import Receiver, until

Attempt = Callable[[str], AbstractContextManager[object]]
"""What surrounds each life by its name."""

LIVES: Final = (*(whole_life(name) for name in SPECIMENS), *SERVICES)


def walked(emulator: Running, receiver: Receiver, attempt: Attempt) -> Shares:
    """Live all lives; return what became of the client's operations."""
    operations = Operations("quickbooks")
    called: set[str] = set()
    with operations.traced(called):
        company = founded(emulator.quickbooks(verifier_token=emulator.webhook_verifier_token))
        for life in LIVES:
            with attempt(life.__name__):
                life(company)
        with attempt("webhooks"):
            _webhooks_are_signed(company, receiver)
    return operations.shares(called, QUICKBOOKS)


def _webhooks_are_signed(company: Company, receiver: Receiver) -> None:
    """What the emulator sends is signed as the client checks it, and a changed byte is noticed."""
    asyncio.run(until(lambda: bool(receiver.posts)))
    post = receiver.posts[0]
    body, signature = post.raw.decode(), post.headers["intuit-signature"]
    assert company.qb.validate_webhook_signature(body, signature)
    assert not company.qb.validate_webhook_signature(f"{body} ", signature)
