"""Two small places that publish: nearly the same people, more stays in the second, and a blueprint of their own."""

from datetime import UTC, date, datetime
from pathlib import Path

from vanguard.access import publishing_key, sign_published
from vanguard.blueprint import adopted
from vanguard.lake import Lake
from vanguard.learn.measure import build

NOW = datetime(2026, 6, 5, 12, tzinfo=UTC)
SITES = {"salford-together": 2400, "wirral-partners": 3600}
MOON = """\
id: moon
label: Moon care
version: 2.0.0
effective: {from: 2026-01-01}
type: uec
purpose: Anything.
source: {cites: us}
site_may_vary: [measures.*.target]
sources:
  us: {title: Ours, publisher: Us, published: now}
roles:
  keeper: {label: Keeper, source: {cites: us}}
tiers:
  full: {label: Full, purpose: All, source: {cites: us}}
logic:
  beds: {because: Beds are full, then: fewer stay, measured_by: [stays, back], source: {cites: us}}
"""
MEASURES = """\
measures:
  stays: {label: Stays, definition: Stays in hospital., direction: down, source: {cites: us}, interval: month,
    target: {value: 20, source: {cites: us}}, count: {where: "setting = 'inpatient'"},
    per: {number: 1000, of: person_years}}
  back: {label: Back again, definition: Back within 90 days., direction: down, source: {cites: us}, interval: quarter,
    count: {where: "setting = 'inpatient'"}, followed_by: {where: "setting = 'inpatient'", within: P90D},
    per: {number: 100, of: all_counted}}
  falls: {label: Falls, definition: Rare falls., direction: down, source: {cites: us}, interval: month,
    count: {where: "setting = 'emergency_department'"}}
"""
PLANS = """\
evaluations:
  next_year: {label: Did stays change?, question: Will stays fall?, outcome: stays,
    design: interrupted_time_series, units: place, start: 2027-01-01, before: P2Y, after: P1Y, checks: [season],
    source: {cites: us}}
"""
OWN = """\
id: wirral-moon
label: Moon care in Wirral
version: 1.0.0
extends: moon@2.0.0
effective: {from: 2026-02-01}
"""
VARIED = "measures: {stays: {target: {value: 900, source: {cites: us}}}}\n"


def make_town(home: Path, site: str) -> Path:
    """The place of a site in the folder `home`, with its measures worked out; Wirral varies the blueprint."""
    from tests.lake_tables import write_tables
    from tests.learn.board.conftest import TABLES

    folder = home / "blueprints" / "moon"
    folder.mkdir(parents=True)
    (folder / "blueprint.yaml").write_text(MOON)
    (folder / "measures.yaml").write_text(MEASURES)
    (folder / "evaluation.yaml").write_text(PLANS)
    if site == "wirral-partners":
        own = home / "blueprints" / "own"
        own.mkdir()
        (own / "blueprint.yaml").write_text(OWN)
        (own / "measures.yaml").write_text(VARIED)
    event = TABLES["event"].replace("range(2400)", f"range({SITES[site]})")
    write_tables(home, {**TABLES, "event": event}, NOW)
    build(Lake(home), adopted(home), date(2026, 5, 31), NOW)
    return home


def published_by(home: Path, site: str, now: datetime = NOW) -> str:
    """The file that the place in `home` publishes as `site`."""
    from vanguard.learn.board.publishing import sealed
    from vanguard.learn.board.publishing.making import publication

    found = publication(home, site, now)
    return sealed(found, publishing_key(home), lambda body: sign_published(home, body)).text()
