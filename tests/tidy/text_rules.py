"""Rules about every committed file, and about what is written for people."""

import re
from collections.abc import Iterator
from pathlib import PurePosixPath

from tests.tidy.rules import EVERYTHING, PYTHON, ROOT, Finding, Rule, Source

MARKDOWN = ("*.md",)
LOCK_FILES = {"uv.lock": "a lock file names the public index by nature", "package-lock.json": "same"}
MACHINE_PATH = re.compile(r"(?<![\w./:-])/(?:work|home|root|Users)/\w")
SHARED_INPUT = re.compile(r"\.\./shared\b")
REGISTRY_HOSTS = (
    "deb.debian.org",
    "files.pythonhosted.org",
    "npmjs.com",
    "pypi.org",
    "registry.npmjs.org",
    "registry.yarnpkg.com",
)
UNFINISHED = re.compile(r"#.*\b(TODO|FIXME|XXX|HACK)\b")
RELATIVE_LINK = re.compile(r"\]\((?![a-z]+:|#)([^)\s#]+)(?:#[^)]*)?\)")


def machine_paths(source: Source) -> Iterator[Finding]:
    """Absolute paths of one person's machine."""
    return _lines_with(source, MACHINE_PATH, "a path of one machine")


def shared_input(source: Source) -> Iterator[Finding]:
    """Names of files that a clone doesn't have."""
    return _lines_with(source, SHARED_INPUT, "a clone has no such folder beside it")


def registry_hosts(source: Source) -> Iterator[Finding]:
    """Hosts of package registries."""
    return _lines_with(source, re.compile("|".join(map(re.escape, REGISTRY_HOSTS))), "a registry's host")


def unfinished_work(source: Source) -> Iterator[Finding]:
    """Comments that put something off."""
    return _lines_with(source, UNFINISHED, "something is put off in a comment")


def dead_links(source: Source) -> Iterator[Finding]:
    """Relative links of a page that lead to no file."""
    folder = (ROOT / source.path).parent
    for number, line in enumerate(source.lines, start=1):
        for target in RELATIVE_LINK.findall(line):
            if not (folder / target).exists():
                yield number, f"the link to {target} leads nowhere"


def unenforced_decisions(source: Source) -> Iterator[Finding]:
    """Decisions whose last paragraph doesn't say what enforces them."""
    last = source.text.strip().split("\n\n")[-1]
    if not last.startswith("Enforced by"):
        yield len(source.lines), "the last paragraph doesn't begin with 'Enforced by'"


def misnumbered_decisions(source: Source) -> Iterator[Finding]:
    """Decisions whose file name or title has no number, or not the same one."""
    number = re.match(r"\d{4}(?=-[a-z0-9-]+\.md$)", PurePosixPath(source.path).name)
    if not number or not source.text.startswith(f"# {number[0]} "):
        yield 1, "the file is called NNNN-words.md and its title begins with the same number"


def _lines_with(source: Source, pattern: re.Pattern[str], complaint: str) -> Iterator[Finding]:
    for number, line in enumerate(source.lines, start=1):
        found = pattern.search(line)
        if found:
            yield number, f"{complaint}: {found[0]}"


RULES = (
    Rule(
        name="machine-path",
        reason="the repository works wherever it is cloned",
        where=EVERYTHING,
        check=machine_paths,
        planted=Source(
            "docs/planted.md", "See /" + "work/main/README.md\n"
        ),  # put together, so that no tool finds it here
        exempt={"tests/tidy/text_rules.py": "it names what it looks for"},
    ),
    Rule(
        name="shared-input",
        reason="what a clone doesn't have can't be needed; only tests may look for it, and skip",
        where=EVERYTHING,
        check=shared_input,
        planted=Source("docs/planted.md", "See ../shared/design.\n"),
        exempt={
            "tests/*": "tests skip with a line that says why when it is absent",
            "packages/*/tests/*": "same",
        },
    ),
    Rule(
        name="registry-host",
        reason="which registry is asked is the machine's setting, so that mirrors work",
        where=EVERYTHING,
        check=registry_hosts,
        planted=Source("Makefile", "\tpip install --index-url https://pypi.org/simple uv\n"),
        exempt=LOCK_FILES | {"tests/tidy/text_rules.py": "it names what it looks for"},
    ),
    Rule(
        name="unfinished-work",
        reason="what is missing is written where people plan, or it is done",
        where=PYTHON,
        check=unfinished_work,
        planted=Source("tools/planted.py", "days = 7  # TODO count them\n"),
        exempt={"tests/tidy/text_rules.py": "it names what it looks for"},
    ),
    Rule(
        name="dead-link",
        reason="the written word is tested",
        where=MARKDOWN,
        check=dead_links,
        planted=Source("docs/planted.md", "See [nothing](nothing.md).\n"),
    ),
    Rule(
        name="decision-enforced",
        reason="a decision that nothing enforces is a wish",
        where=("docs/decisions/*.md",),
        check=unenforced_decisions,
        planted=Source("docs/decisions/9999-planted.md", "# 9999 Planted\n\nWe should.\n"),
    ),
    Rule(
        name="decision-number",
        reason="decisions are cited by number",
        where=("docs/decisions/*.md",),
        check=misnumbered_decisions,
        planted=Source("docs/decisions/planted.md", "# Planted\n\nEnforced by nothing.\n"),
    ),
)
