"""A row that was put right comes in by the same door and lies where it would have lain."""

from pathlib import Path
from typing import Any

import pytest
from tests.know.intake.partner import NOW, ask, send, stay, take

from vanguard.errors import BadInput
from vanguard.know.intake import mend, mendable
from vanguard.lake import Lake

WRONG = stay(SPELL_ID="S2", LOPATID="R2", SEX="Q", COST_GBP="7")


def held(home: Path) -> list[Any]:
    return ask(home, "SELECT row_id, key, file, line, extracted_at FROM source_event ORDER BY ALL")


def test_a_mended_row_lies_where_it_would_have_lain(tmp_path: Path) -> None:
    later = [stay(), WRONG | {"SEX": "2", "COST_GBP": "9"}]
    for place, sex in (("mended", "Q"), ("right", "2")):
        send(tmp_path / place / "a", "inpatient_spells", [stay(), WRONG | {"SEX": sex}])
        send(tmp_path / place / "b", "inpatient_spells", later, day="20180803")
        take(tmp_path / place, tmp_path / place / "a")
        take(tmp_path / place, tmp_path / place / "b")
    home = tmp_path / "mended"
    [(row_id, row)] = ask(home, "SELECT row_id, row FROM quarantine")
    known = mendable("inpatient_spells", row)
    assert known is not None and known.columns["SEX"] == "Q" and not known.line
    before = Lake(home).manifest()
    with pytest.raises(BadInput, match="SEX is 7; expected one of 1, 2, 0, 9"):
        mend(Lake(home), row_id, known.columns | {"SEX": "7"}, NOW, by="Ada")
    assert Lake(home).manifest() == before
    mend(Lake(home), row_id, known.columns | {"SEX": " 2 "}, NOW, by="Ada")
    assert held(home) == held(tmp_path / "right")
    facts = "SELECT row_id, source_id, sex, file, line FROM source_person ORDER BY ALL"
    assert ask(home, facts) == ask(tmp_path / "right", facts)
    assert ask(home, "SELECT row_id, mended_by FROM mended_row") == [(row_id, "Ada")]
    assert ask(home, "SELECT count(*) FROM quarantine") == [1], "what was received is kept"
    with pytest.raises(BadInput, match="no longer in quarantine"):
        mend(Lake(home), row_id, known.columns, NOW, by="Ada")


def test_a_line_that_could_not_be_parted_is_mended_by_its_columns(tmp_path: Path) -> None:
    path = send(tmp_path / "in", "inpatient_spells", [stay()])
    path.write_text(path.read_text() + "R2,,1940-02-29,2\n")
    take(tmp_path, tmp_path / "in")
    [(row_id, row)] = ask(tmp_path, "SELECT row_id, row FROM quarantine")
    known = mendable("inpatient_spells", row)
    assert known is not None and known.line == "R2,,1940-02-29,2"
    mend(Lake(tmp_path), row_id, stay(SPELL_ID="S2"), NOW, by="Ada")
    assert ask(tmp_path, "SELECT key, line FROM source_event ORDER BY line") == [("S1", 2), ("S2", 3)]
    assert mendable("fhir", row) is None
