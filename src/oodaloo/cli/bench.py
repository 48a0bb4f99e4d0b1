"""`oodaloo bench`: what the product adds to QuickBooks' own time, and how right its forecasts are, measured."""

import asyncio
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import msgspec
import typer

from oodaloo.cli.bench_finalize import measure_finalize
from oodaloo.cli.bench_hygiene import CAMPAIGN, hygiene_figures, measure_hygiene, print_hygiene_figures
from oodaloo.cli.bench_pay import measure_payments
from oodaloo.cli.bench_project import measure_projection
from oodaloo.cli.bench_receipts import measure_receipts
from oodaloo.cli.bench_sync import measure_sync
from oodaloo.cli.receipts_file import ColumnNames
from oodaloo.cli.report import Json
from oodaloo.infra.logs import configure_logs

bench_app = typer.Typer(name="bench", help="Measure Oodaloo.", no_args_is_help=True, pretty_exceptions_enable=False)
JsonOption = Annotated[bool, typer.Option("--json", help="Print one JSON object instead of text.")]


@bench_app.callback()
def bench() -> None:
    """Measure Oodaloo: against the emulator, or on documents of the past."""


@bench_app.command()
def pay(
    *,
    as_json: JsonOption = False,
    writes: Annotated[int, typer.Option(min=2, max=1000, help="How many payments to make on each database.")] = 100,
    postgresql_url: Annotated[
        str | None, typer.Option(help="An empty database to use instead of starting a PostgreSQL server.")
    ] = None,
) -> None:
    """Measure what a payment takes beyond the bare HTTP call, and a batch of 100 beyond QuickBooks' limits."""
    configure_logs("WARNING")
    measured = asyncio.run(measure_payments(writes, postgresql_url))
    show({**measured, "finalize": asyncio.run(measure_finalize())}, as_json=as_json)


@bench_app.command()
def sync(
    *,
    as_json: JsonOption = False,
    transactions: Annotated[int, typer.Option(min=10_000, max=100_000, help="About how many there are.")] = 10_000,
    latency_ms: Annotated[int, typer.Option(min=0, max=5_000, help="How long QuickBooks waits with an answer.")] = 60,
) -> None:
    """Measure the first reading of a company against what QuickBooks' limits allow, and against a plain client."""
    configure_logs("WARNING")
    company = ["--scenario", "stress", "--option", f"transactions={transactions}"]
    show(asyncio.run(measure_sync(company, latency_ms)), as_json=as_json)


@bench_app.command()
def project(*, as_json: JsonOption = False) -> None:
    """Measure how long 91 days of a made-up business take in 2,000 and in 10,000 futures."""
    show(measure_projection(), as_json=as_json)


@bench_app.command()
def hygiene(*, as_json: JsonOption = False) -> None:
    """Measure how many of the flaws planted in emulated companies are found, and how often there was none."""
    configure_logs("WARNING")
    measured = asyncio.run(measure_hygiene(CAMPAIGN))
    if as_json:
        show(hygiene_figures(measured), as_json=True)
    else:
        print_hygiene_figures(measured)


@bench_app.command()
def receipts(
    path: Annotated[
        Path,
        typer.Argument(metavar="CSV", exists=True, dir_okay=False, readable=True, help="A row for each document."),
    ],
    *,
    counterparty: Annotated[str, typer.Option(metavar="COLUMN", help="The column that says who owes.")],
    issued: Annotated[str, typer.Option(metavar="COLUMN", help="... when the document was issued.")],
    due: Annotated[str, typer.Option(metavar="COLUMN", help="... when it was due.")],
    paid: Annotated[str, typer.Option(metavar="COLUMN", help="... when it was paid; empty while it is open.")],
    amount: Annotated[str, typer.Option(metavar="COLUMN", help="... how much it was.")],
    date_format: Annotated[
        str | None, typer.Option(metavar="FORMAT", help="How dates are written, like %d.%m.%Y; found out otherwise.")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Measure how right the receipt forecasts would have been on a file of documents."""
    show(
        measure_receipts(path, ColumnNames(counterparty, issued, due, paid, amount), date_format),
        as_json=as_json,
    )


def show(measured: Mapping[str, Json], *, as_json: bool) -> None:
    """Print figures as one JSON object, or as a line for each."""
    if as_json:
        sys.stdout.write(msgspec.json.encode(measured).decode() + "\n")
    else:
        sys.stdout.write("".join(f"{line}\n" for line in _lines(measured)))


def _lines(measured: Mapping[str, Json], within: str = "") -> list[str]:
    lines: list[str] = []
    for name, value in measured.items():
        lines += _lines(value, f"{name} ") if isinstance(value, dict) else [f"{within}{name}: {value}"]
    return lines
