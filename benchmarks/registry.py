"""The benchmarks there are; a new one is a module beside this and a line here."""

from benchmarks.benchmark import Benchmark
from benchmarks.demo_pages import first_page, page_time
from benchmarks.emulator import emulator
from benchmarks.headline import headline
from benchmarks.hygiene import hygiene
from benchmarks.initial_sync import initial_sync
from benchmarks.limits import limits
from benchmarks.picture import picture
from benchmarks.plan import plan
from benchmarks.projection import projection
from benchmarks.receipts import receipts
from benchmarks.webhooks import webhooks

BENCHMARKS: tuple[Benchmark, ...] = (
    Benchmark("first_page", "make demo with nothing missing, to its first page", first_page),
    Benchmark("emulator", "the emulator's answers over a socket, 10,000 transactions", emulator),
    Benchmark("headline", "how far covered-until depends on chance, 40 seeds of emulated companies", headline),
    Benchmark("hygiene", "flaws planted in emulated companies: found, and seen where there are none", hygiene),
    Benchmark("initial_sync", "first sync of the agency without limits", initial_sync),
    Benchmark("limits", "two processes at QuickBooks' limits, permits, and people beside bulk work", limits),
    Benchmark("picture", "mirror to runway for the agency, nothing kept", picture),
    Benchmark("plan", "the suggested plan for 200 bills, with and without enough cash", plan),
    Benchmark("projection", "91 days of 300 open items in 2,000 and 10,000 futures", projection),
    Benchmark("page_time", "pages of the demo agency, one request after another", page_time),
    Benchmark("receipts", "receipt forecasts against what came, walking forward", receipts),
    Benchmark("webhooks", "posts of 100 events, 20 at once, while books are read", webhooks),
)
