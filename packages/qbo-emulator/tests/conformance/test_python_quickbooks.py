"""python-quickbooks, a client written by others, drives a running emulator through all of its operations."""

from collections.abc import Iterator

import pytest
from conformance.excused import NOT_EMULATED_TYPES
from conformance.listing import LIST, section
from conformance.quickbooks_walk import walked
from conformance.served import Running, running
from quickbooks.exceptions import AuthorizationException, SevereException
from quickbooks.objects.customer import Customer
from webhook_receiver import Receiver, receiving


@pytest.fixture(scope="module")
def receiver() -> Iterator[Receiver]:
    """Where the emulator's webhooks go."""
    with receiving() as receiver:
        yield receiver


@pytest.fixture(scope="module")
def emulator(receiver: Receiver) -> Iterator[Running]:
    """A running emulator."""
    with running("--webhook-url", receiver.url) as emulator:
        yield emulator


def test_every_operation_of_the_client_works(emulator: Running, receiver: Receiver, subtests: pytest.Subtests) -> None:
    """All lives pass, and each public operation of the client is called in one of them or excused by name."""
    shares = walked(emulator, receiver, subtests.test)
    assert sorted(shares.forgotten) == []
    assert shares.needless == ()
    assert section("python-quickbooks", shares) in LIST.read_text()


@pytest.mark.parametrize("name", NOT_EMULATED_TYPES)
def test_what_is_not_emulated_says_so(emulator: Running, name: str) -> None:
    """A type without support is refused by name, never answered with an empty list."""
    client = emulator.quickbooks()
    query = f"SELECT * FROM {name}"  # noqa: S608 - our own names
    for ask, asked in ((client.query, (query,)), (client.get_single_object, (name, "1"))):
        with pytest.raises(SevereException) as refused:
            ask(*asked)
        assert name in refused.value.detail


def test_an_expired_token_is_noticed(emulator: Running) -> None:
    """The client meets an expired access token as its own exception, and goes on after a refresh."""
    client = emulator.quickbooks()
    emulator.control("POST", "tokens/expire")
    with pytest.raises(AuthorizationException):
        Customer.count(qb=client)
    assert Customer.count(qb=emulator.quickbooks()) > 0
