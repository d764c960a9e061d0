"""What likenesses tell: parameters trained by Splink on DuckDB, or kept, then a probability for every pair.
Nothing depends on chance, threads or order: samples are by hash, trained parameters are rounded."""

import logging
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import duckdb

from vanguard.know.identity.blocking import Key, choose_keys, kept_keys, keys_of
from vanguard.know.identity.comparisons import comparison
from vanguard.know.identity.scoring import score
from vanguard.know.identity.training import Training

if TYPE_CHECKING:
    from splink import Linker

# Fewer rows than this say too little about frequencies: the fixed probabilities stand.
ROWS_TO_TRAIN = 500
PAIRS_TO_TRAIN = 4e5
FEWEST_TEACHING = 100
# Trained values are kept within these, so that no single column can decide alone.
LEAST_M, LEAST_U = 0.002, 1e-6
PARAMETER_DIGITS = 6
# How often training goes round, at most: with fewer rounds what never occurs is rare, and not yet impossible.
ROUNDS = (25, 8, 3)


def score_pairs(
    con: duckdb.DuckDBPyConnection, table: str, columns: Sequence[str], rows: int, kept: Training | None = None
) -> Training | None:
    """Make the table `scored` (l, r, weight, probability), l < r, for pairs of `table` of which at most
    one is numbered. Returns what was learned from the `rows` rows, or `kept` where that still fits them.

    `table` has row, key, numbered and the columns that are compared. `weight` is log2 of the Bayes factor
    with the prior included.
    """
    con.execute(_SCORED)
    if kept is not None and kept.fits(map(comparison, columns), rows) and kept_keys(con, table, columns, kept.rules):
        score(con, table, *learned(kept))
        return kept
    training, keys = None, choose_keys(con, table, columns)
    if not any(keys.values()):
        return None
    settings = _settings(columns, list(keys), rows)
    if rows >= ROWS_TO_TRAIN:
        settings = _trained_as_far_as_possible(con, table, settings, keys)
        training = Training.of(rows, settings["comparisons"], (key.rule() for key in keys))
    score(con, table, keys, settings)
    return training


def score_as_learned(con: duckdb.DuckDBPyConnection, table: str, training: Training) -> None:
    """As `score_pairs`, by what was learned, whether or not it still fits."""
    con.execute(_SCORED)
    score(con, table, *learned(training))


def learned(training: Training) -> tuple[list[Key], dict[str, Any]]:
    """The keys and the settings that training ended with."""
    keys = keys_of(training.columns, training.rules)
    fresh = [comparison(column) for column in training.columns]
    settings = _settings(training.columns, keys, training.rows)
    return keys, settings | {"comparisons": training.put_into(fresh)}


_SCORED = "CREATE TABLE scored (l BIGINT, r BIGINT, weight DOUBLE, probability DOUBLE)"


def _settings(columns: Sequence[str], keys: Sequence[Key], rows: int) -> dict[str, Any]:
    return {
        "link_type": "dedupe_only",
        "unique_id_column_name": "row",
        "comparisons": [comparison(column) for column in columns],
        "blocking_rules_to_generate_predictions": [
            {"blocking_rule": key.rule(), "sql_dialect": "duckdb"} for key in keys
        ],
        # About one other row for each two rows.
        "probability_two_random_records_match": min(0.1, 1 / max(rows, 1)),
        "retain_matching_columns": False,
        "retain_intermediate_calculation_columns": False,
    }


def _trained_as_far_as_possible(
    con: duckdb.DuckDBPyConnection, table: str, settings: dict[str, Any], keys: Mapping[Key, int]
) -> dict[str, Any]:
    """The settings with trained parameters; where none can be had, with the fixed ones."""
    for rounds in ROUNDS:
        try:
            return {**_trained(con, table, {**settings, "max_iterations": rounds}, keys), "max_iterations": rounds}
        except ValueError as error:
            # A kind of likeness that no match shows becomes rarer with each round, and Splink refuses it at zero.
            if "m_probability" not in str(error):
                raise
    return settings


def _trained(
    con: duckdb.DuckDBPyConnection, table: str, settings: dict[str, Any], keys: Mapping[Key, int]
) -> dict[str, Any]:
    linker = _linker(con, table, settings, f"train {settings['max_iterations']}")
    linker.training.estimate_u_using_random_sampling(
        max_pairs=PAIRS_TO_TRAIN * 1.0001, seed=1, min_count_per_level=None, num_chunks=1
    )
    sessions = _training_keys(keys)
    for key in sessions:
        linker.training.estimate_parameters_using_expectation_maximisation(
            key.rule().replace(" AND NOT (l.numbered AND r.numbered)", ""), max_pairs=PAIRS_TO_TRAIN
        )
    model = linker.misc.save_model_to_json()
    return {**settings, "comparisons": [_rounded(item) for item in model["comparisons"]]}


def _training_keys(keys: Mapping[Key, int]) -> list[Key]:
    """Two keys without a column in common: what the first cannot teach, the second does."""
    plain = [key for key, pairs in keys.items() if not key.crossed and pairs >= FEWEST_TEACHING]
    for first in plain:
        for second in plain:
            if not first.columns & second.columns:
                return [first, second]
    return plain[:1]


def _rounded(trained: dict[str, Any]) -> dict[str, Any]:
    for level in trained["comparison_levels"]:
        for name, least in (("m_probability", LEAST_M), ("u_probability", LEAST_U)):
            if level.get(name) is not None:
                level[name] = float(f"{max(least, level[name]):.{PARAMETER_DIGITS}g}")
    return trained


def _linker(con: duckdb.DuckDBPyConnection, table: str, settings: dict[str, Any], name: str) -> "Linker":
    # It takes long to import, and where training is kept there is no use for it.
    from splink import DuckDBAPI, Linker

    database = DuckDBAPI(connection=con)
    return Linker(
        database.register(table, dataset_display_name=name),
        settings,
        log_level=logging.ERROR,
        validate_settings=False,
    )
