"""Did it work, is it affordable, what next: measures, evaluation, simulation and contracts.
A wing of rooms; it exports nothing itself."""
