"""Every error that Oodaloo raises on purpose has a page."""

import importlib
import pkgutil
from collections.abc import Iterator

import oodaloo
from oodaloo.infra.qbo.errors import QboThrottledError
from oodaloo.kit.errors import OodalooError
from oodaloo.web.errors import ERROR_PAGES, error_page

NOT_BEHIND_PAGES = ("oodaloo.cli", "oodaloo.worker", "oodaloo.infra.db.migrations")


def test_every_error_class_is_in_the_table() -> None:
    """Each error that can reach a page has its own status and headline; those of the command line can't."""
    for module in pkgutil.walk_packages(oodaloo.__path__, "oodaloo."):
        if not module.name.startswith(NOT_BEHIND_PAGES):
            importlib.import_module(module.name)
    kinds = (kind for kind in _descendants(OodalooError) if kind.__module__.startswith("oodaloo."))
    missing = [
        kind.__qualname__
        for kind in kinds
        if kind not in ERROR_PAGES and not kind.__module__.startswith(NOT_BEHIND_PAGES)
    ]
    assert not missing, f"{missing} have no page: add them to ERROR_PAGES in oodaloo/web/errors.py"


def test_statuses_are_those_of_failures() -> None:
    """No error is served as a success."""
    assert all(400 <= shown.status < 600 for shown in ERROR_PAGES.values())


def test_an_error_s_own_words_are_on_its_page_and_escaped() -> None:
    """The message is what the person reads; markup in it stays text."""
    answer = error_page(QboThrottledError("Too fast for <b>QuickBooks</b>. Try again in a minute."))
    text = bytes(answer.body).decode()
    assert answer.status_code == 503
    assert "Too fast for &lt;b&gt;QuickBooks&lt;/b&gt;. Try again in a minute." in text


def _descendants(kind: type[OodalooError]) -> Iterator[type[OodalooError]]:
    for child in kind.__subclasses__():
        yield child
        yield from _descendants(child)
