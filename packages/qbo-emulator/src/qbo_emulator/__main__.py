"""`python -m qbo_emulator` is the command `qbo-emulator`."""

from qbo_emulator.cli import main

main()
