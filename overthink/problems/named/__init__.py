"""Benchmarks that have a name. Each is one module here with an object BENCHMARK; `overthink.problems` finds them."""
