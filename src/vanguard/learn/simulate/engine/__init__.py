"""The machine behind a simulation: arrays in, one run of a service out, compiled by Numba.
Nothing here knows blueprints; `plan` makes the arrays, `run` gathers what comes out."""
