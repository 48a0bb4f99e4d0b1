"""Write COVERAGE.md, and the list of the clients' operations that it counts, anew."""

import asyncio
import sys
from contextlib import nullcontext

from conformance import oauth_walk, quickbooks_walk
from conformance.listing import LIST, listed
from conformance.served import running
from provenance.marks import marked_tests
from provenance.page import PAGE, composed
from recordings.replaying import checked
from webhook_receiver import receiving


def main() -> None:
    """Ask everything anew and write both pages."""
    with receiving() as receiver, running("--webhook-url", receiver.url) as emulator:
        clients = {
            "python-quickbooks": quickbooks_walk.walked(emulator, receiver, nullcontext),
            "intuit-oauth": oauth_walk.walked(emulator, nullcontext),
        }
    LIST.write_text(listed(clients))
    PAGE.write_text(composed(marked_tests(), asyncio.run(checked())))
    sys.stderr.write(f"{LIST} and {PAGE} written\n")


if __name__ == "__main__":
    main()
