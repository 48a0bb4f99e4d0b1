"""The one root of every error that Oodaloo raises on purpose."""


class OodalooError(Exception):
    """Something failed; the message says what happened and what to do about it.

    Each subclass lives beside the code that raises it. `exit_status` is what the command line ends with
    (2 for a wrong call, 1 for everything else, as the command contract asks).
    """

    exit_status = 1


class UsageError(OodalooError):
    """The call itself was wrong: an unknown name, a malformed value, options that don't go together."""

    exit_status = 2
