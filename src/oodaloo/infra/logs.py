"""Logs go to stderr, so that stdout carries only what a command promises."""

import logging
import sys


def configure_logs(level: str, *, serves: bool = False) -> None:
    """Send logs of `level` and above to stderr, one line each; libraries speak from WARNING up.

    What `serves` keeps a line per call to QuickBooks, with the id that Intuit's support asks for; a command that a
    person waits for does so only at DEBUG, for its stderr is what it tells that person.
    """
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    logging.getLogger("oodaloo").setLevel(level)
    if not serves and level != "DEBUG":
        logging.getLogger("oodaloo.infra.qbo.client").setLevel(logging.WARNING)
    # A retry that helps is no news, and one that doesn't ends in the error itself.
    logging.getLogger("stamina").setLevel(logging.ERROR)
