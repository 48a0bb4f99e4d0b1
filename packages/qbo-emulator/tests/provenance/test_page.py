"""COVERAGE.md says what is true now."""

from provenance.marks import SOURCES, marked_tests
from provenance.page import COMMAND, PAGE, composed
from recordings.replaying import checked


async def test_the_page_is_current() -> None:
    """COVERAGE.md is what its command would write now; without recordings, all but the section about them."""
    tests = marked_tests()
    assert {test.source for test in tests} == set(SOURCES)
    assert PAGE.read_text() == composed(tests, await checked()), f"run {COMMAND}"
