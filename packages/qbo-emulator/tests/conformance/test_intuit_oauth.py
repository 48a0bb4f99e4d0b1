"""intuit-oauth, Intuit's own OAuth client, connects, refreshes and disconnects a running emulator."""

from collections.abc import Iterator

import pytest
from conformance.listing import LIST, section
from conformance.oauth_walk import walked
from conformance.served import Running, running


@pytest.fixture(scope="module")
def emulator() -> Iterator[Running]:
    """A running emulator."""
    with running() as emulator:
        yield emulator


def test_every_operation_of_the_client_works(emulator: Running, subtests: pytest.Subtests) -> None:
    """Each public operation of the client is called in one of the walks, all of which pass, or excused by name."""
    shares = walked(emulator, subtests.test)
    assert sorted(shares.forgotten) == []
    assert shares.needless == ()
    assert section("intuit-oauth", shares) in LIST.read_text()
