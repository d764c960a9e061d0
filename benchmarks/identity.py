"""Linkage of a synthetic place beside plain Splink on the same rows: one line of JSON.

    python benchmarks/identity.py --people 20000

Prints pairwise precision, recall and F1 and seconds of both, the ratio and the machine. The place has
households, twins, moves, new surnames, misspellings, swapped day and month, and rows without an NHS number.
"""

import argparse
import json
import os
import platform
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pyarrow as pa

from vanguard.know.identity import link
from vanguard.lake import Lake, tables

SOURCES = {"gp": (1.0, 1.0), "acute": (0.45, 0.95), "community": (0.15, 0.9), "social_care": (0.08, 0.75)}
NOW = datetime(2018, 8, 6, tzinfo=UTC)


def nhs_numbers(count: int) -> np.ndarray[Any, Any]:
    """`count` different valid NHS numbers of the test range, as text."""
    stem = 400_000_000 + np.arange(int(count * 1.2) + 100, dtype=np.int64)
    digits = (stem[:, None] // 10 ** np.arange(8, -1, -1)) % 10
    check = (11 - (digits * np.arange(10, 1, -1)).sum(axis=1) % 11) % 11
    return np.char.mod("%d", (stem * 10 + check)[check < 10][:count])


def words(rng: np.random.Generator, count: int, syllables: int) -> np.ndarray[Any, Any]:
    parts = np.array([a + b for a in "bcdfghjklmnprstvw" for b in ("a", "e", "i", "o", "u", "an", "er", "ol")])
    made = parts[rng.integers(len(parts), size=(count * 2, syllables))]
    joined = made[:, 0]
    for column in range(1, syllables):
        joined = np.char.add(joined, made[:, column])
    return np.char.capitalize(rng.permutation(np.unique(joined))[:count])


def zipf(rng: np.random.Generator, choices: np.ndarray[Any, Any], count: int) -> np.ndarray[Any, Any]:
    weight = 1 / (np.arange(len(choices)) + 8.0)
    return choices[rng.choice(len(choices), size=count, p=weight / weight.sum())]


def misspelt(rng: np.random.Generator, names: np.ndarray[Any, Any], share: float) -> np.ndarray[Any, Any]:
    out = names.astype(object)
    for place in np.flatnonzero(rng.random(len(names)) < share):
        name = str(out[place])
        at = int(rng.integers(1, max(2, len(name))))
        out[place] = name[:at] + "aeioulnrst"[int(rng.integers(10))] + name[at + int(rng.integers(2)) :]
    return out


def make_rows(people: int, seed: int) -> pa.Table:
    """Rows as in `source_person`, with the column `truth`."""
    rng = np.random.default_rng(seed)
    household = np.sort(rng.integers(int(people / 2.4), size=people))
    family = zipf(rng, words(rng, 9000, 3), household.max() + 1)[household]
    given = zipf(rng, words(rng, 700, 2), people)
    birth = np.datetime64("2018-08-01") - rng.integers(1, 34000, size=people).astype("timedelta64[D]")
    twin = np.flatnonzero((household[1:] == household[:-1]) & (rng.random(people - 1) < 0.02)) + 1
    birth[twin] = birth[twin - 1]
    sex = np.where(rng.random(people) < 0.5, "female", "male")
    street = household // 15
    postcode = np.array(
        [f"MK{1 + h // 4000 % 46} {h // 400 % 10}{chr(65 + h // 20 % 20)}{chr(65 + h % 20)}" for h in street]
    )
    number = nhs_numbers(people)
    parts = []
    for rank, (source, (share, with_number)) in enumerate(SOURCES.items()):
        who = np.flatnonzero(rng.random(people) < share)
        n = len(who)
        typo = 0.0 if source == "gp" else 0.03
        born = birth[who].astype(str).astype(object)
        for place in np.flatnonzero(rng.random(n) < typo / 3):
            year, month, day = str(born[place]).split("-")
            born[place] = f"{year}-{day}-{month}" if int(day) <= 12 else f"{year}-{month}-{int(day) - 1:02d}"
        moved = rng.random(n) < (0 if source == "gp" else 0.08)
        renamed = rng.random(n) < (0 if source == "gp" else 0.02)
        parts.append(
            {
                "source": [source] * n,
                "source_id": [f"{source}-{k:08d}" for k in rng.permutation(n)],
                "nhs_number": np.where(rng.random(n) < with_number, number[who], None).tolist(),
                "given_name": misspelt(rng, given[who], typo).tolist(),
                "family_name": np.where(
                    renamed, family[rng.integers(people, size=n)], misspelt(rng, family[who], typo)
                ).tolist(),
                "birth_date": born.tolist(),
                "sex": sex[who].tolist(),
                "postcode": np.where(moved, postcode[rng.integers(people, size=n)], postcode[who]).tolist(),
                "truth": who.tolist(),
                "line": (np.arange(n) + 2).tolist(),
                "extracted_at": [datetime.fromisoformat(f"2018-08-{1 + rank:02d}")] * n,
            }
        )
    return pa.table({name: [value for part in parts for value in part[name]] for name in parts[0]})


def pairwise(con: duckdb.DuckDBPyConnection, answered: str) -> dict[str, float]:
    """Precision, recall and F1 over all pairs inside clusters; `answered` has truth and person."""
    count = f"(SELECT sum(n * (n - 1) // 2) FROM (SELECT count(*) AS n FROM ({answered}) GROUP BY {{}}))"
    truth, said, both = con.execute(
        f"SELECT {count.format('truth')}, {count.format('person')}, {count.format('truth, person')}"
    ).fetchall()[0]
    precision, recall = both / max(said, 1), both / max(truth, 1)
    f1 = 2 * precision * recall / max(precision + recall, 1e-9)
    return {"precision": round(precision, 4), "recall": round(recall, 4), "f1": round(f1, 4)}


def ours(rows: pa.Table, home: Path) -> dict[str, float]:
    lake = Lake(home)
    with lake.write(NOW) as batch:
        con = lake.connect()
        con.register("rows", rows)
        fixed = {"row_id": "source_id", "feed": "source", "file": "source", "load_id": "'1'"}
        columns = ", ".join(
            f"{fixed[c]} AS {c}" if c in fixed else c if c in rows.column_names else f"NULL AS {c}"
            for c in tables()["source_person"].column_names
        )
        batch.append("source_person", con, f"SELECT {columns} FROM rows")
    began = time.perf_counter()
    link(lake, NOW)
    seconds = time.perf_counter() - began
    con = lake.connect()
    con.register("rows", rows)
    answered = "SELECT truth, person_id AS person FROM rows JOIN person_link USING (source, source_id)"
    return {**pairwise(con, answered), "seconds": round(seconds, 2)}


def plain_splink(rows: pa.Table) -> dict[str, float]:
    """Splink 5 as its documentation shows it, with the number as one more comparison."""
    import logging

    import splink.comparison_library as cl
    from splink import DuckDBAPI, Linker, SettingsCreator, block_on

    con = duckdb.connect()
    con.register("rows", rows)
    con.execute("CREATE TABLE people AS SELECT source || source_id AS unique_id, * FROM rows")
    began = time.perf_counter()
    database = DuckDBAPI(connection=con)
    settings = SettingsCreator(
        link_type="dedupe_only",
        comparisons=[
            cl.ExactMatch("nhs_number"),
            cl.NameComparison("given_name"),
            cl.NameComparison("family_name"),
            cl.DateOfBirthComparison("birth_date", input_is_string=True),
            cl.ExactMatch("sex"),
            cl.PostcodeComparison("postcode"),
        ],
        blocking_rules_to_generate_predictions=[
            block_on("nhs_number"),
            block_on("family_name", "birth_date"),
            block_on("given_name", "birth_date"),
            block_on("birth_date", "postcode"),
            block_on("given_name", "family_name", "postcode"),
        ],
        retain_matching_columns=False,
    )
    linker = Linker(database.register("people", dataset_display_name="place"), settings, log_level=logging.ERROR)
    linker.training.estimate_u_using_random_sampling(max_pairs=1e6 + 1, seed=1)
    for rule in (block_on("birth_date"), block_on("given_name", "family_name")):
        linker.training.estimate_parameters_using_expectation_maximisation(rule, max_pairs=1e6)
    pairs = linker.inference.predict(threshold_match_probability=0.95, warning_mode="never")
    clusters = linker.clustering.cluster_pairwise_predictions_at_threshold(pairs, 0.95).physical_name
    seconds = time.perf_counter() - began
    answered = f"SELECT truth, cluster_id AS person FROM {clusters}"
    return {**pairwise(con, answered), "seconds": round(seconds, 2)}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--without-numbers", action="store_true", help="Leave every NHS number out.")
    given = parser.parse_args()
    rows = make_rows(given.people, given.seed)
    if given.without_numbers:
        place = rows.column_names.index("nhs_number")
        rows = rows.set_column(place, "nhs_number", pa.nulls(rows.num_rows, pa.string()))
    with tempfile.TemporaryDirectory() as folder:
        result = ours(rows, Path(folder))
    peer = plain_splink(rows)
    print(
        json.dumps(
            {
                "benchmark": "identity",
                "rows": rows.num_rows,
                "ours": result,
                "splink": peer,
                "ratio": round(peer["seconds"] / result["seconds"], 2),
                "machine": f"{os.cpu_count()} cores, {platform.machine()}",
            }
        )
    )


if __name__ == "__main__":
    main()
