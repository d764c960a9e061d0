"""Our sum is Splink's."""

import random

import duckdb
from splink import DuckDBAPI, Linker

from vanguard.know.identity.blocking import keys_for
from vanguard.know.identity.estimator import _settings
from vanguard.know.identity.scoring import score
from vanguard.know.identity.units import KNOWN


def test_weights_and_probabilities_are_those_of_splink() -> None:
    rng = random.Random(3)
    con = duckdb.connect()
    con.execute("""CREATE TABLE profile (row BIGINT, key VARCHAR, numbered BOOLEAN, given VARCHAR, given_root VARCHAR,
        family VARCHAR, birth VARCHAR, birth_sorted VARCHAR, sex VARCHAR, postcode VARCHAR, district VARCHAR)""")
    for row in range(300):
        given, family = rng.choice(["ANN", "ANNE", "NANCY", "BAKER", None]), rng.choice(["BAKER", "BAKR", "ANN", None])
        birth = rng.choice(["1940-05-06", "1940-06-05", "1941-05-06", None])
        postcode = rng.choice(["HP201AA", "HP201AB", "MK11AB", None])
        parts = sorted(birth.split("-")[1:]) if birth else []
        said = (row, None, rng.random() < 0.3, given, "ANN" if given in ("ANN", "ANNE") else given, family, birth)
        district = postcode[:-3] if postcode else None
        sex = rng.choice(["F", "M", None])
        values = (*said, f"{birth[:4]} {parts}" if birth else None, sex, postcode, district)
        con.execute(f"INSERT INTO profile VALUES ({', '.join('?' * 11)})", values)
    con.execute("CREATE TABLE scored (l BIGINT, r BIGINT, weight DOUBLE, probability DOUBLE)")
    keys = keys_for(KNOWN)[:14]
    settings = _settings(KNOWN, keys, 300)
    score(con, "profile", keys, settings)
    linker = Linker(DuckDBAPI(connection=con).register("profile"), settings, validate_settings=False)
    theirs = linker.inference.predict(warning_mode="never").physical_name
    [(pairs, alone, far)] = con.execute(f"""
        SELECT count(*), count(*) FILTER (s.l IS NULL OR t.row_l IS NULL),
            max(abs(weight - match_weight) + abs(probability - match_probability))
        FROM scored AS s FULL JOIN {theirs} AS t ON s.l = t.row_l AND s.r = t.row_r
    """).fetchall()
    assert pairs > 10_000 and alone == 0
    assert far < 1e-9
