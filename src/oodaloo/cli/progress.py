"""Progress of a sync on stderr."""

import sys

from oodaloo.infra.qbo.mirror.sync_runs import SyncProgress


def show_progress(progress: SyncProgress) -> None:
    """One line that is written over while it changes; nothing where stderr isn't a terminal."""
    if not sys.stderr.isatty():
        return
    doing = f"reading {progress.entity}" if progress.entity else "all read"
    sys.stderr.write(f"\r\x1b[KQuickBooks: {progress.records:,} records, {doing}")
    if progress.entity is None:
        sys.stderr.write("\n")
    sys.stderr.flush()
