"""The terminal report: where am I, what comes in and goes out, and what the books say, as text."""

from rich.console import Console
from rich.table import Table

from oodaloo.infra.qbo.mirror.sync_runs import SyncProgress
from oodaloo.runway.experiences import where_am_i
from oodaloo.runway.experiences.history import history_sentences
from oodaloo.runway.experiences.where_am_i import AheadWeek, Fact, Panel, WhereAmI
from oodaloo.runway.model.assessment import Assessment
from oodaloo.runway.model.history import HistoryNotes

_WIDTH = 100
_COLUMN_GAP = (0, 2, 0, 0)


def print_statement(assessment: Assessment, sync: SyncProgress | None, history: HistoryNotes | None = None) -> None:
    """Write the report to stdout, a past day's with how it was rebuilt; in colour only where stdout is a terminal."""
    console = Console(width=_WIDTH, highlight=False, markup=False, emoji=False)
    view = where_am_i.build(assessment, now=assessment.picture.books.known_at)
    _print_headline(console, view)
    _print_panels(console, view.panels)
    for week in view.ahead:
        _print_week(console, week)
    _print_left_out(console, view)
    if history is not None:
        for sentence in history_sentences(history, assessment.picture.books.business.timezone):
            console.print(sentence)
        console.print()
    if sync is not None:
        console.print(
            f"Read from QuickBooks: {sync.records:,} records with {sync.metered_reads} metered reads "
            f"in {sync.seconds:.1f} seconds."
        )


def _print_headline(console: Console, view: WhereAmI) -> None:
    headline = view.headline
    until = f" {headline.until.day_text} · {headline.until.days_text}" if headline.until else ""
    console.print(f"{view.business}, {view.today_text}", style="dim")
    console.print(f"{headline.lead}{until}", style="bold")
    if headline.range_text:
        console.print(headline.range_text)
    if headline.sentence:
        console.print(headline.sentence)
    console.print(f"{view.spendable_text} {view.spendable_sentence}")
    for reason in view.because:
        console.print(f"  · {reason}")
    console.print()
    console.print(_facts(view.facts))
    console.print()


def _facts(facts: tuple[Fact, ...]) -> Table:
    table = Table.grid(padding=_COLUMN_GAP)
    for fact in facts:
        table.add_row(fact.term, fact.value, fact.detail)
    return table


def _print_panels(console: Console, panels: tuple[Panel, ...]) -> None:
    for panel in panels:
        console.print(panel.title, style="bold")
        table = Table.grid(padding=_COLUMN_GAP)
        table.add_column(min_width=40)
        table.add_column(justify="right", min_width=16)
        table.add_column()
        for row in panel.rows:
            table.add_row(f"  {row.label}", row.amount_text, row.detail, style="bold" if row.strong else "")
        if panel.rows:
            console.print(table)
        for note in panel.notes:
            console.print(f"  {note}")
        console.print()


def _print_week(console: Console, week: AheadWeek) -> None:
    below = ", below the buffer" if week.below_buffer else ""
    console.print(
        f"{week.first.day_text} to {week.last.day_text}: in {week.in_text}, out {week.out_text}, "
        f"spendable at the end {week.end_text}{below}",
        style="bold",
    )
    table = Table.grid(padding=_COLUMN_GAP)
    table.add_column(min_width=13)
    table.add_column(justify="right", min_width=10)
    table.add_column(min_width=28, max_width=34)
    table.add_column()
    for row in week.rows:
        table.add_row(f"  {row.when.day_text}", row.amount_text, row.label, row.reason)
    console.print(table)
    console.print()


def _print_left_out(console: Console, view: WhereAmI) -> None:
    if not view.left_out:
        return
    console.print(view.left_out_text, style="bold")
    for left_out in view.left_out:
        console.print(f"  {left_out.party}, {left_out.document} {left_out.amount_text}: {left_out.because}")
    console.print()
