"""Re-express the open data that the synthetic place needs as the small tables in src/vanguard/synth/margins.
Reads the folder named by VANGUARD_OPEN_DATA; run it again only when a source changes."""

import csv
import os
import re
import sys
from pathlib import Path

import duckdb

ROOT = Path(__file__).parent.parent
MARGINS = ROOT / "src" / "vanguard" / "synth" / "margins"
YEAR = 2017
ASSUMED_LIST = 6000
BANDS = [
    "age_0_4",
    "age_5_14",
    "age_15_24",
    "age_25_44",
    "age_45_64",
    "age_65_74",
    "age_75_84",
    "age_85_plus",
]
IN_FULL = {"Med": "Medical", "Ctr": "Centre", "Ctre": "Centre", "St.Peter": "St Peter", "And": "and"}


def title_case(name: str) -> str:
    """A practice's name as people write it: `STOKENCHURCH MEDICAL CTR` → `Stokenchurch Medical Centre`."""
    words = [IN_FULL.get(word, word) for word in (part.capitalize() for part in name.split())]
    return re.sub(r"(?<=\w)\.(?=\w)", " ", " ".join(words))


def small_areas(data: Path) -> list[tuple[object, ...]]:
    """Rows code, name, district, rural class, IMD score and decile, then the eight age bands."""
    source = data / "lsoa_buckinghamshire" / "bucks_lsoa_population_age_imd.csv.gz"
    return duckdb.sql(
        f"""select lsoa11_code, lsoa11_name, ltla18_name, ruc11_code, imd2015_score, imd2015_decile::int,
                   {", ".join(BANDS)}
            from read_csv('{source}') where year = {YEAR} order by lsoa11_code"""
    ).fetchall()


def practices(data: Path) -> list[tuple[object, ...]]:
    """Rows code, name, postcode, ccg, list size and where it comes from (published or assumed)."""
    members = data / "ods_reference" / "gp_practices_by_ccg_2015-04-01.csv.gz"
    lists = data / "ods_reference" / "gp_practice_list_size_2021-01.csv.gz"
    rows = duckdb.sql(
        f"""select m.org_code, m.name, m.postcode, m.ccg_code, l.registered_patients_2021_01
            from read_csv('{members}') m left join read_csv('{lists}') l using (org_code)
            where m.ccg_code in ('10Y', '10H') order by m.org_code"""
    ).fetchall()
    return [
        (code, title_case(name), postcode, ccg, size or ASSUMED_LIST, "published" if size else "assumed")
        for code, name, postcode, ccg, size in rows
    ]


def write(name: str, header: list[str], rows: list[tuple[object, ...]]) -> None:
    """One table of the margins."""
    with (MARGINS / name).open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)


if __name__ == "__main__":
    folder = Path(os.environ.get("VANGUARD_OPEN_DATA", ROOT.parent / "shared" / "data" / "open"))
    if not folder.is_dir():
        sys.exit(f"{folder}: no such folder. Name the open data folder in VANGUARD_OPEN_DATA.")
    area_columns = ["code", "name", "district", "rural_class", "imd_score", "imd_decile", *BANDS]
    write("small_areas.csv", area_columns, small_areas(folder))
    practice_columns = ["code", "name", "postcode", "ccg", "list_size", "list_from"]
    write("practices.csv", practice_columns, practices(folder))
