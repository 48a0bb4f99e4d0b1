"""`oodaloo bench`: what the product adds to the time that QuickBooks takes, measured against the emulator."""

import typer

bench_app = typer.Typer(
    name="bench", help="Measure Oodaloo against the emulator.", no_args_is_help=True, pretty_exceptions_enable=False
)
