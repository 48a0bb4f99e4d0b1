"""Logs go to stderr, so that stdout carries only what a command promises."""

import logging
import sys


def configure_logs(level: str) -> None:
    """Send logs of `level` and above to stderr, one line each; libraries speak from WARNING up."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    logging.getLogger("oodaloo").setLevel(level)
    # A retry that helps is no news, and one that doesn't ends in the error itself.
    logging.getLogger("stamina").setLevel(logging.ERROR)
