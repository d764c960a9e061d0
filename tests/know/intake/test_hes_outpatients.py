"""Outpatient appointments of Hospital Episode Statistics load as a release writes them, kept or not."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from tests.know.intake.partner import ask

from vanguard.know.intake import load
from vanguard.lake import Lake

# Columns as a release has them: most of them described, one unknown to us, no diagnosis in most rows.
HEADER = "FYEAR|ATTENDKEY|ENCRYPTED_HESID|APPTDATE|ATTENDED|SEX|DIAG_01|DIAG_02|OPERTN_01|PROCODE3|TRETSPEF|WAITDAYS"
ROWS = (
    "1819|501|A1|2018-06-04|5|2|R69X6|-|X621|RXQ|100|12",
    "1819|502|A1|2018-07-02|3|2|R69X6|-|-|RXQ|100|28",
    "1819|503|B7|1801-01-01|6|1|I48X|E119|-|RXQ|320|",
    "1819|504|B7|2018-09-01|0|1|||&|RXQ|320|",
)


@pytest.mark.parametrize(("name", "case"), [("HES_OP_201819.txt", str), ("nic_hes_outpatients.csv", str.lower)])
def test_appointments_are_understood(tmp_path: Path, name: str, case: type[str]) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / name).write_text("\n".join([case(HEADER), *ROWS]) + "\n")
    result = load(Lake(tmp_path), tmp_path / "in", datetime(2100, 1, 1, tzinfo=UTC))
    assert (result.rows, result.accepted) == (4, 4)
    said = ask(tmp_path, "SELECT key, setting, status, date::VARCHAR, codes FROM source_event ORDER BY key")
    assert said == [
        ("501", "outpatient", "finished", "2018-06-04", ["opcs4:X621"]),
        ("502", "outpatient", "cancelled", "2018-07-02", []),
        ("503", "outpatient", "finished", None, ["icd10:I48", "icd10:E119"]),
        ("504", "outpatient", "planned", "2018-09-01", []),
    ]
    assert ask(tmp_path, "SELECT DISTINCT sex FROM source_person ORDER BY 1") == ["female", "male"]


def test_codes_in_one_column_are_read_where_there_is_no_other(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    rows = ["601|H1|04062018|R69X6|X62.1,Z943", "602|H2|04062018|I48X,-,E11.9|-   ,&", "603|H3|04062018|R69X6,-|,"]
    header = "ATTENDKEY|HESID|APPTDATE|DIAG_4_CONCAT|OPERTN_4_CONCAT"
    (tmp_path / "in" / "HES_OP_202021.txt").write_text("\n".join([header, *rows]) + "\n")
    load(Lake(tmp_path), tmp_path / "in", datetime(2100, 1, 1, tzinfo=UTC))
    assert ask(tmp_path, "SELECT key, date::VARCHAR, codes FROM source_event ORDER BY key") == [
        ("601", "2018-06-04", ["opcs4:X621", "opcs4:Z943"]),
        ("602", "2018-06-04", ["icd10:I48", "icd10:E119"]),
        ("603", "2018-06-04", []),
    ]
