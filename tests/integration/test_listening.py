"""The app listens where only this machine can reach it, on a port that is its own."""

import socket

import pytest

from oodaloo.cli.server import NotLoopbackError, PortInUseError, bind_loopback


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.1", "example.com", ""])  # noqa: S104 (they are refused)
def test_other_addresses_are_refused(host: str) -> None:
    """Anything but loopback, and anything that is no address, is refused without listening."""
    with pytest.raises(NotLoopbackError, match=r"127\.0\.0\.1"):
        bind_loopback(host, 0)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "127.0.0.2"])
def test_loopback_is_served(host: str) -> None:
    """A free port is found, and who comes early waits instead of being refused."""
    with bind_loopback(host, 0) as listener:
        address = listener.getsockname()
        with socket.create_connection(address, timeout=5):
            pass


def test_two_that_start_together_do_not_share_a_port() -> None:
    """The second one hears at once that the port is taken, though the first doesn't serve yet."""
    with bind_loopback("127.0.0.1", 0) as listener:
        port = listener.getsockname()[1]
        with pytest.raises(PortInUseError, match=f"Port {port} is in use"):
            bind_loopback("127.0.0.1", port)
