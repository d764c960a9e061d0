"""A place with a rota: nurses and therapists of three employers, by day and by night."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from tests.small_place import LOCALITIES, PRACTICES

NIGHT_BEFORE = datetime(2026, 10, 24, 12, tzinfo=UTC)
ROTA = """professional,name,employer,employer_name,skills,pool,team,start,end,username
N1,Ada North,TRUST,The Trust,nurse_leads,response_teams,north-team,2026-11-02 07:30,2026-11-02 21:00,visit
N2,Bea North,COUNCIL,The Council,nurse_leads,response_teams,north-team,2026-11-02 07:30,2026-11-02 15:00,
N3,Cleo South,TRUST,The Trust,nurse_leads,response_teams,south-team,2026-11-02 07:30,2026-11-02 21:00,
T1,Dai North,CHARITY,The Charity,therapist_leads,response_teams,north-team,2026-11-02 07:30,2026-11-02 21:00,
K1,Eve Night,TRUST,The Trust,,night_teams,north-team,2026-10-24 21:00,2026-10-25 07:30,
K1,Eve Night,TRUST,The Trust,,night_teams,north-team,2026-11-02 21:00,2026-11-03 07:30,
"""


@pytest.fixture
def rota(db: None, place: Path, tmp_path: Path) -> Any:
    """How many shifts were written."""
    from vanguard.care.roster import import_shifts
    from vanguard.directory import fill

    fill(LOCALITIES, PRACTICES)
    (tmp_path / "rota.csv").write_text(ROTA)
    return import_shifts(tmp_path / "rota.csv", NIGHT_BEFORE)
