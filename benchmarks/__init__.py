"""Benchmarks. Each module has `main()`, which measures ours beside a peer in one run, as JSON lines."""
