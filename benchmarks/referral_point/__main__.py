"""`python -m benchmarks.referral_point`."""

from benchmarks.referral_point import main

main()
