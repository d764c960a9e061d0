"""The real history: every row of the originals is there, and every figure that they let one recompute."""

import csv
import os
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db.models import Sum
from tests.small_place import NOW

import vanguard.programme
from vanguard.programme.delivery.models import Dependency, Milestone
from vanguard.programme.elsewhere.models import Fact, Opportunity, PlacePartner, Tier
from vanguard.programme.money.models import Award, AwardShare, Fund
from vanguard.programme.recounted.figures import recounted
from vanguard.programme.scrutiny.models import Committee, WorkItem
from vanguard.programme.scrutiny.monitoring import MONTHS
from vanguard.programme.selection.models import Step
from vanguard.programme.sites.models import (
    Capability,
    Feature,
    Initiative,
    Metric,
    Organisation,
    Partner,
    Site,
    SiteType,
    Target,
)
from vanguard.programme.sources.models import Body, Disagreement, Moment
from vanguard.programme.support.models import SupportArea
from vanguard.programme.tables.giving import export
from vanguard.programme.tables.registry import all_tables
from vanguard.programme.tables.writing import load

HISTORY = Path(vanguard.programme.__file__).with_name("history")
ORIGINALS = Path(os.environ.get("VANGUARD_PROGRAMME_DATA", Path(__file__).parents[3] / "shared/data/programme"))
OF_SEED = {
    "000": "finance-managers",
    "001": "regional-guide",
    "002": "acute-page",
    "003": "pharmacy-page",
    "004": "county-pack",
}


@pytest.fixture
def history(db: None) -> None:
    load(HISTORY, NOW)


def test_figures_recompute(history: None) -> None:
    by_type = Counter(Site.objects.exclude(type__short="pch").values_list("type__short", flat=True))
    assert by_type == {"pacs": 9, "mcp": 14, "ehch": 6, "uec": 8, "acc": 13}
    assert Site.objects.filter(type__short="pch").count() == 15
    assert Site.objects.filter(area="East Midlands").count() == 9
    assert (Partner.objects.count(), Organisation.objects.count()) == (387, 319)
    assert Disagreement.objects.count() == 71
    sums = dict(Award.objects.values_list("stage").annotate(Sum("amount")))
    assert sums == {"approved": 6_500_000 + 8_300_000 + 4_900_000, "in_principle": 41_000_000}
    assert Fund.objects.get(short="transformation-fund").amount == 200_000_000


def test_what_the_sources_state_agrees_with_what_the_rows_come_to(programme: Path, history: None) -> None:
    """The page of figures, from the function that makes it: all agree, but for one that the source itself explains."""
    found = {one.id: one for one in recounted(NOW.date())}
    assert len(found) == 34
    assert {one.id: one.verdict for one in found.values() if not one.agrees} == {
        "tiers-primary": "Differs by 1",
        "approved": "No source adds it up",
        "awarded": "No source adds it up",
    }
    referrals = found["referrals"]
    assert referrals.stated
    assert (referrals.value, referrals.stated.value, referrals.rounded) == (13_020, 13_000, 1000)
    assert [round(one.value) for one in referrals.parts] == [7920, 4500, 600]
    assert (found["approved"].value, found["awarded"].value) == (19_700_000, 60_700_000)
    assert found["uec-people"].value == 9_692_594
    assert [one.value for one in found["vanguards"].parts] == [29, 13, 8]
    assert found["applications"].value == 269
    assert [found[one].value for one in ("pacs", "mcp", "ehch", "uec", "acc")] == [9, 14, 6, 8, 13]
    Site.objects.filter(short="salford-together").update(type=SiteType.objects.get(short="mcp"))
    told = {one.id: one.verdict for one in recounted(NOW.date())}
    assert (told["pacs"], told["mcp"], told["vanguards"]) == ("Differs by 1", "Differs by 1", "Agrees")


def fact(name: str) -> float:
    """A number of the county's papers."""
    return float(Fact.objects.get(fact=name).value)


def test_the_county_papers_recompute(history: None) -> None:
    """What one row of the papers counts or adds up, other rows must give; each line is one such figure."""
    assert fact("midwife_share") + fact("healthcare_assistant_share") == 100
    assert (fact("short_bed_stay_low"), fact("short_bed_stay_high")) == (24, 48)
    looked_at = Fact.objects.get(fact="admission_case_bed_option").value
    assert looked_at == f"{fact('short_bed_stay_low'):g}-{fact('short_bed_stay_high'):g}"
    # Counts that the same papers list.
    for number in range(1, 10):
        development, due = Dependency.objects.get(number=f"D{number}"), Fact.objects.get(fact=f"d{number}_due").value
        told = due.replace("-2015/16", " and 2015/16")
        assert told in (development.due, development.due_note.lower()), number
    for scheme in ("integrated_care", "primary_care"):
        # The primary care strategy has a 3+ beside its 3.
        rows = Tier.objects.filter(scheme=f"{scheme}_strategy").values_list("tier", flat=True)
        assert len({one.rstrip("+") for one in rows}) == fact(f"tiers_{scheme}_model") == 4
    responses = [fact(f"{one}_response_target") for one in ("rapid", "fast", "normal")]
    assert (responses, fact("response_levels")) == ([3, 1, 3], len(responses))
    assert fact("acht_teams") == fact("acht_bases") == fact("localities") == fact("engagement_localities") == 7
    assert fact("social_work_teams") == fact("social_care_bases") == fact("area_locality_teams") == 3
    assert fact("gaps_to_close") == 3 and fact("prevention_levels") == fact("tertiary_prevention_level") == 3
    # Of the committee.
    committee = Committee.objects.get()
    assert (committee.seats, committee.co_opted) == (fact("committee_places"), fact("co_opted_members"))
    asked = (fact("public_question_speaking_time"), fact("public_question_slot"))
    assert (committee.question_minutes, committee.questions_minutes) == asked
    assert Fact.objects.get(fact="recommendation_monitoring_points").value == " and ".join(map(str, MONTHS))
    next_meeting = Fact.objects.get(fact="next_meeting").value
    assert set(WorkItem.objects.exclude(on="").values_list("on", flat=True)) == {next_meeting}
    for name, short in (
        *(("stp_submission_deadline", "stp-submission"), ("operational_plan_first_cut", "stp-first-cut")),
        *(("contracts_concluded", "stp-contracts"), ("planning_guidance", "stp-guidance")),
    ):
        assert Milestone.objects.get(short=short).due.startswith(Fact.objects.get(fact=name).value), name


def test_the_programme_counts_what_it_lists(history: None) -> None:
    """The counts that the sources give in words, from the rows."""
    told = dict(Moment.objects.exclude(count=None).values_list("event", "count"))
    assert sorted(SupportArea.objects.exclude(first_number=None).values_list("first_number", flat=True)) == [
        *range(1, 9)
    ]
    by_group = Counter(Site.objects.exclude(group=None).values_list("group__part_of__short", flat=True))
    assert by_group == {"acc": told["Phase two acute care collaborations announced"]}
    for step in Step.objects.filter(step="announced").select_related("round"):
        assert step.count == step.round.sites.count(), step.round.name
    feature = Feature.objects.get(feature="registered_population")
    assert f"{feature.least:,} to {feature.most:,} people" in SiteType.objects.get(short="pch").about


def test_what_is_exported_is_the_history_again(history: None, tmp_path: Path) -> None:
    """CSV and JSON, loaded twice: nothing is new, and nothing changes."""
    for how in ("csv", "json"):
        export(tmp_path / how, how)
        done = load(tmp_path / how, NOW)
        assert sum(one.same for one in done.values()) == sum(one.same + one.new + one.changed for one in done.values())
    assert len(list((tmp_path / "csv").iterdir())) == len(all_tables())
    for file in HISTORY.glob("*.csv"):
        assert comparable(file) == comparable(tmp_path / "csv" / file.name), file.name


@pytest.mark.open_data
@pytest.mark.sqlite_only
@pytest.mark.skipif(not ORIGINALS.is_dir(), reason=f"no programme data at {ORIGINALS}; see VANGUARD_PROGRAMME_DATA")
def test_every_row_of_the_originals_is_there(history: None) -> None:
    """Each original file is written again from our tables, and holds the same rows."""
    for name, ours in originals().items():
        with (ORIGINALS / name).open(encoding="utf-8", newline="") as opened:
            theirs = [told_alike(row) for row in csv.DictReader(opened)]
        assert theirs, name
        again = Counter(tuple(row.items()) for row in ours)
        assert Counter(tuple(row.items()) for row in theirs) == again, name


def originals() -> dict[str, list[dict[str, str]]]:
    """What each original file says, from our tables, by its own column names."""
    by_number = {"acc": "2", "uec": "3"}
    vanguards = Site.objects.exclude(type__short="pch").select_related("type", "group")
    return {
        "vanguards.csv": [
            row(
                ref=s.number, name=s.name, slug=s.short, model=s.type.short, subtype=s.group.short if s.group else "",
                announced=s.announced, phase=by_number.get(s.type.short, "1"), population=s.population,
                population_note=s.population_note, region=s.region, place=s.town, lat=s.latitude, lon=s.longitude,
                website=s.website, seeds=s.sources,
            )
            for s in vanguards
        ],
        "primary_care_home_sites.csv": [
            row(number=s.number, name=s.name, slug=s.short, area=s.area, announced=s.announced, seed=s.sources)
            for s in Site.objects.filter(type__short="pch")
        ],
        "partners.csv": [
            row(
                vanguard_ref=p.site.number, organisation=p.organisation.name, kind=p.organisation.kind, role=p.role,
                seed=p.sources, note=p.note,
            )
            for p in Partner.objects.select_related("site", "organisation")
        ],
        "capabilities.csv": [
            row(slug=c.short, label=c.name, description=c.about, group=c.theme) for c in Capability.objects.all()
        ],
        "initiatives.csv": [
            row(vanguard_ref=i.site.number, capability=i.capability.short, summary=i.summary, seed=i.sources)
            for i in Initiative.objects.exclude(site=None).select_related("site", "capability")
        ],
        "other_initiatives.csv": [
            row(subject=i.elsewhere, capability=i.capability.short, summary=i.summary, seed=i.sources)
            for i in Initiative.objects.filter(site=None).select_related("capability")
        ],
        "metrics.csv": [row(slug=m.short, label=m.name, good_direction=m.better) for m in Metric.objects.all()],
        "targets.csv": [
            row(
                vanguard_ref=t.site.number if t.site else "", place=t.site.name if t.site else t.elsewhere,
                metric=t.metric.short, direction=t.direction, value=t.value, unit=t.unit, kind=t.status,
                seed=t.sources, note=t.note,
            )
            for t in Target.objects.select_related("site", "metric")
        ],
        "enablers.csv": [
            row(
                number=a.number, slug=a.short, label=a.name, in_2015_07="yes" if a.first_number else "no",
                in_2015_12="yes", purpose=a.purpose, number_2015_07=a.first_number, seed=a.sources,
            )
            for a in SupportArea.objects.all()
        ],
        "funding.csv": list(funding()),
        "selection.csv": [
            row(date=m.on, event=m.event, count=m.count, unit=m.unit, seed=m.sources, note=m.note)
            for m in Moment.objects.all()
        ],
        "primary_care_home_features.csv": [
            row(
                number=f.number, feature=f.feature, minimum=f.least, maximum=f.most, unit=f.unit, summary=f.summary,
                seed=f.sources,
            )
            for f in Feature.objects.all()
        ],
        "buckinghamshire.csv": [
            row(topic=f.topic, fact=f.fact, value=f.value, unit=f.unit, period=f.period, note=f.note, seed=f.sources)
            for f in Fact.objects.all()
        ],
        "buckinghamshire_opportunities.csv": [
            row(area=o.area, current_problem=o.problem, improvement=o.improvement, seed=o.sources)
            for o in Opportunity.objects.all()
        ],
        "buckinghamshire_partners.csv": [
            row(
                organisation=p.organisation, commissioner="yes" if p.commissions else "no",
                provider="yes" if p.provides else "no", seed=p.sources,
            )
            for p in PlacePartner.objects.all()
        ],
        "buckinghamshire_tiers.csv": [
            row(model=t.scheme, tier=t.tier, label=t.name, purpose=t.purpose, seed=t.sources)
            for t in Tier.objects.all()
        ],
        "seed_conflicts.csv": [
            row(
                subject=f"{d.site.number} {d.subject}" if d.site else d.subject, field=d.about, value_a=d.first,
                seed_a=d.first_sources, value_b=d.second, seed_b=d.second_sources, note=d.note,
            )
            for d in Disagreement.objects.select_related("site")
        ],
        "governance.csv": [
            row(body=b.name, parent=b.answers_to, scope=b.scope, purpose=b.purpose, seed=b.sources)
            for b in Body.objects.all()
        ],
    }  # fmt: skip


def funding() -> Iterator[dict[str, str]]:
    """The fund that awards were made from, and the awards."""
    first = Fund.objects.get(short="transformation-fund")
    yield row(
        recipient=first.name, vanguard_ref="", amount_gbp=first.amount, date=first.since, status="fund",
        seed=first.sources, note=first.about,
    )  # fmt: skip
    # The source tells of it as an approved award to all, and says that it is still to be awarded.
    further = Fund.objects.get(short="further-funding")
    yield row(
        recipient="All vanguards (support and spread)", vanguard_ref="", amount_gbp=further.amount, date=further.since,
        status="approved", seed=further.sources, note="announced 15 December 2016, to be awarded",
    )  # fmt: skip
    for award in Award.objects.all():
        numbers = AwardShare.objects.filter(award=award).order_by("site__number").values_list("site__number", flat=True)
        yield row(
            recipient=award.recipient, vanguard_ref=";".join(map(str, numbers)), amount_gbp=award.amount,
            date=award.awarded, status=award.stage.replace("_", " "), seed=award.sources, note=award.note,
        )  # fmt: skip


def row(**cells: Any) -> dict[str, str]:
    return told_alike({name: "" if value is None else str(value) for name, value in cells.items()})


def told_alike(cells: dict[str, str]) -> dict[str, str]:
    """Numbers and sources written one way."""
    alike = {}
    for name, cell in sorted(cells.items()):
        if name.startswith("seed"):
            cell = ";".join(OF_SEED.get(one[:3], one) for one in cell.split(";") if one)
        elif name in ("lat", "lon", "value"):
            cell = number(cell)
        else:
            cell = re.sub(r"(?<![\d,.])00[0-4]\b", lambda found: OF_SEED[found[0]].replace("-", " "), cell)
            cell = re.sub(r"\bseed(s?)\b", r"source\1", cell)
        alike[name] = cell
    return alike


def number(cell: str) -> str:
    try:
        return f"{float(cell):g}" if cell else ""
    except ValueError:
        return cell


def comparable(file: Path) -> list[tuple[tuple[str, str], ...]]:
    """The rows of a file, whatever the order of its columns."""
    with file.open(encoding="utf-8", newline="") as opened:
        rows = [{name: number(cell) for name, cell in one.items()} for one in csv.DictReader(opened)]
    return [tuple(sorted(one.items())) for one in rows]
