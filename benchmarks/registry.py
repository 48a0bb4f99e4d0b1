"""The benchmarks there are; a new one is a module beside this and a line here."""

from benchmarks.benchmark import Benchmark

BENCHMARKS: tuple[Benchmark, ...] = ()
