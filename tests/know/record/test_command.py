"""`vanguard refresh` on a place whose partners' files were loaded and linked."""

import os
from pathlib import Path

import orjson
import pytest
from click.testing import CliRunner
from tests.town import LOCALITIES, NOW, PRACTICES, actor

from vanguard.access import open_person
from vanguard.directory import fill
from vanguard.know import identity, intake
from vanguard.know.record import help_next, read
from vanguard.know.record.command import refresh
from vanguard.know.record.models import PersonIndex
from vanguard.lake import Lake

REGISTRATIONS = """\
patient_id,nhs_number,given_name,family_name,birth_date,sex,address,postcode,phone,death_date,practice_code,lsoa,registered_from,registered_to
1,9990000018,Ann,Archer,1931-02-03,female,1 High Street,HP1 1AA,,,P1,E01017663,2001-01-01,
2,9990000026,Bob,Baker,1942-03-04,male,2 High Street,HP1 1AB,,,P3,E01017663,2001-01-01,
"""
EVENTS = """\
patient_id,event_id,event_at,type,code,term,value,unit,end_date,practice_code
1,e1,2018-05-01T10:00:00,contact,gp_consultation,GP consultation,,,,P1
"""


@pytest.mark.django_db
def test_loaded_files_become_records_that_the_related_can_read(place: Path, tmp_path: Path) -> None:
    files = tmp_path / "files"
    files.mkdir()
    (files / "gp_registrations_20180801.csv").write_text(REGISTRATIONS)
    (files / "gp_events_20180801.csv").write_text(EVENTS)
    fill(LOCALITIES, PRACTICES)
    lake = Lake(place)
    intake.load(lake, files, NOW)
    identity.link(lake, NOW)
    assert os.environ["VANGUARD_HOME"] == str(place)
    ran = CliRunner().invoke(refresh, ["--json"])
    assert ran.exit_code == 0, ran.output
    counts = orjson.loads(ran.stdout)
    assert (counts["people"], counts["changed"], counts["files"]) == (2, 2, 2)
    assert counts["month_end"] == "2018-07-31", "the last month that the extracts of 1 August know whole"
    assert counts["features"] == 2

    [ann] = PersonIndex.objects.filter(family_name="Archer")
    record = read(open_person(actor("gp", practice="P1"), ann.person_id, now=NOW)).data
    assert record["person"]["nhs_number"] == "9990000018"
    assert "GP consultation" in {entry.get("display") for entry in record["entries"]}
    help_next(actor("gp", practice="P1"), now=NOW)

    again = orjson.loads(CliRunner().invoke(refresh, ["--json"]).stdout)
    assert (again["people"], again["changed"], again["removed"]) == (2, 0, 0)
