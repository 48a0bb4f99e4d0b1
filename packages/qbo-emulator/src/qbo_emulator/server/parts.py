"""What an emulator is made of, for everything that looks at or works on the whole."""

from collections.abc import Callable
from dataclasses import dataclass

from qbo_emulator.books import Books
from qbo_emulator.clock import CompanyClock
from qbo_emulator.oauth.authority import Authority
from qbo_emulator.server.campaign import Campaign
from qbo_emulator.server.directory import Company, Directory
from qbo_emulator.server.journal import Journal
from qbo_emulator.server.metering import Metering
from qbo_emulator.server.scripted import Script
from qbo_emulator.server.views import StaleReads, Stamp
from qbo_emulator.webhooks.sender import Webhooks


@dataclass(frozen=True, slots=True)
class Parts:
    """One emulator's parts; `elapsed_seconds` counts real seconds."""

    directory: Directory
    authority: Authority
    clock: CompanyClock
    journal: Journal
    script: Script
    campaign: Campaign
    metering: Metering
    stale_reads: StaleReads
    webhooks: Webhooks
    elapsed_seconds: Callable[[], float]

    def stamp(self) -> Stamp:
        """This moment, in the company's time and in real seconds."""
        return Stamp(self.clock.now(), self.elapsed_seconds())

    def before_change(self, company: Company, books: Books) -> None:
        """To be called before a company's books are changed."""
        if self.stale_reads.watching:
            company.past.watch(books)

    def after_change(self, company: Company, books: Books) -> None:
        """To be called after a company's books were changed, in the event loop."""
        company.past.note(books, self.stamp())
        self.webhooks.wake()

    def watch(self) -> None:
        """From now on remember what entities were before they change."""
        self.stale_reads.watching = True
        for company in self.directory.companies():
            if company.is_open:
                company.past.watch(company.books)
