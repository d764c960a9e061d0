"""One part of a place: a small county of its own, lived and written down as pieces of the extracts and of
the truth."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from vanguard.synth import extracts
from vanguard.synth.attendances import attend
from vanguard.synth.chance import Ints, Stream, stream
from vanguard.synth.circumstances import lonely
from vanguard.synth.community import begun, visit
from vanguard.synth.conditions import fall_ill
from vanguard.synth.days import FOREVER
from vanguard.synth.deliveries import Delivery, series
from vanguard.synth.diagnoses import diagnose
from vanguard.synth.effect import Prevention, choose_served
from vanguard.synth.extracts import Desk, Extract
from vanguard.synth.falls import falls_of
from vanguard.synth.households import form
from vanguard.synth.lives import live, registrations
from vanguard.synth.mental_health import see_teams
from vanguard.synth.names import name
from vanguard.synth.nhs_numbers import nhs_numbers
from vanguard.synth.people import draw
from vanguard.synth.plan import Plan
from vanguard.synth.planted import Planted, plant
from vanguard.synth.primary_care import write_down
from vanguard.synth.rates import rates
from vanguard.synth.records import keep_records, truth
from vanguard.synth.social_care import ask, support
from vanguard.synth.stays import stay
from vanguard.synth.truth import PlantedIn, write_truth_of
from vanguard.synth.urgent import call_111, send_ambulances
from vanguard.synth.write import write_rows

CARE_HOMES_OF_A_PART = 1_000
RESENT_CORRECTIONS = 0.02


@dataclass(frozen=True)
class PartMade:
    """What a part wrote: rows of each file, the header of each file, people registered on the last day, and
    rows that are wrong on purpose."""

    rows: dict[str, int]
    headers: dict[str, list[str]]
    registered: int
    mistakes: int


def make_part(plan: Plan, part: int) -> PartMade:
    """Make one part and write its pieces."""

    def chance(use: str) -> Stream:
        return stream(plan.seed, use, part)

    disorder, when = plan.disorder, plan.window
    first_of_all = part == 0
    drawn, households = form(
        chance("households"), draw(chance("people"), plan.people, when, part, plan.parts), when, disorder.twins
    )
    names = name(chance("names"), drawn, households, disorder.one_family if first_of_all else 0)
    lives = live(chance("lives"), drawn, households, when, part * CARE_HOMES_OF_A_PART)
    conditions = fall_ill(chance("conditions"), lives)
    served = choose_served(chance("served"), lives, conditions, plan.effect) if plan.effect else None
    prevention = Prevention(chance("prevention"), served, len(lives))
    stays = stay(chance("stays"), lives, conditions, prevention)
    diagnoses = diagnose(chance("diagnoses"), lives, conditions, stays)
    through_ed = chance("through_ed").random(len(stays)) < rates("hospital")["through_ed"]
    attendances = attend(chance("attendances"), lives, stays, through_ed)
    sites = extracts.hospital_sites(chance("sites"), lives, stays)
    alone = lonely(chance("lonely"), lives)
    incidents = send_ambulances(chance("incidents"), lives, stays, attendances)
    calls = call_111(chance("calls"), lives, stays, attendances, incidents, alone)
    contacts = visit(chance("contacts"), lives, stays)
    contacts = begun(contacts, served, when.end) if served else contacts
    teams = see_teams(chance("teams"), lives, conditions, stays, attendances)
    packages = support(chance("packages"), lives, stays)
    care = ask(chance("care"), lives, stays, packages, alone)
    entries = write_down(chance("entries"), lives, conditions, stays, falls_of(lives, stays, attendances))
    listed = registrations(lives)

    true = truth(lives, names, nhs_numbers(plan.seed, plan.first(part), len(lives)))
    known: dict[str, Ints] = {
        "gp": listed.person,
        "acute": np.concatenate([stays.person, attendances.person]),
        "community": contacts.person,
        "mental_health": teams.person,
        "social_care": care.person,
        "ambulance": incidents.person,
        "nhs_111": calls.person,
        "care_home": np.flatnonzero((lives.into_care < lives.gone) & (lives.gone > when.start)),
    }
    records = {
        source: keep_records(
            chance(f"records {source}"), lives, true, those, source, disorder, 2 * part * plan.people_of_a_part
        )
        for source, those in known.items()
    }
    layouts: dict[str, Callable[[Desk], Extract]] = {
        "gp_registrations": lambda desk: extracts.gp_registrations(desk, listed),
        "gp_events": lambda desk: extracts.gp_events(desk, entries),
        "inpatient_spells": lambda desk: extracts.inpatient_spells(desk, stays, diagnoses, through_ed, sites),
        "emergency_attendances": lambda desk: extracts.emergency_attendances(desk, attendances, diagnoses, sites),
        "community_contacts": lambda desk: extracts.community_contacts(
            desk, contacts, served.effect.service if served else None
        ),
        "mental_health_contacts": lambda desk: extracts.mental_health_contacts(desk, teams),
        "social_care_events": lambda desk: extracts.social_care_events(desk, care, packages),
        "ambulance_incidents": lambda desk: extracts.ambulance_incidents(desk, incidents, attendances),
        "calls_111": lambda desk: extracts.calls_111(desk, calls),
        "care_home_residents": extracts.care_home_residents,
    }
    made = PartMade({}, {}, int(((lives.gone >= when.end) & (lives.died == FOREVER)).sum()), 0)
    planted: list[PlantedIn] = []
    for feed, layout in layouts.items():
        source = extracts.feeds()[feed].source
        desk = Desk(chance(f"layout {feed}"), lives, records[source], part, disorder)
        planted += _write_feed(plan, part, feed, layout(desk), made)
    mistakes = sum(one.planted.kind == "mistake" for one in planted)
    headers = write_truth_of(plan, part, lives, households, names, true, records, planted, served, prevention.prevented)
    return PartMade(made.rows, made.headers | headers, made.registered, mistakes)


def _write_feed(plan: Plan, part: int, feed: str, extract: Extract, made: PartMade) -> list[PlantedIn]:
    """Write the part's piece of every delivery of one feed; returns what was planted in them."""
    rules, disorder, planned = extracts.feeds()[feed], plan.disorder, plan.deliveries[feed]
    told = series(stream(plan.seed, f"late {feed}", part), extract, planned, disorder)
    planted: list[PlantedIn] = []
    for number, delivery in enumerate(planned):
        rows, late = told.rows(delivery, disorder.overlap_days)
        spoil = disorder
        if delivery.resent is not None:
            spoil = disorder.model_copy(update={"corrections": RESENT_CORRECTIONS})
        whole = part == 0 and delivery.since is None
        extra, known = plant(
            stream(plan.seed, f"planted {feed} {delivery.stamp}", part),
            rules,
            rows,
            spoil,
            f"{part:03d}{number:03d}",
            disorder.rows_at_least if whole else 0,
        )
        known += [Planted(int(line), "", "", "late", -1) for line in np.flatnonzero(late)]
        file = file_of(feed, delivery)
        made.headers[file] = rows.column_names
        made.rows[file] = write_rows(plan.piece(file, part), [rows, *extra])
        planted += [PlantedIn(file, rules.source, one) for one in known]
    return planted


def file_of(feed: str, delivery: Delivery) -> str:
    """The name of the file that a feed sends in a delivery."""
    return f"{feed}_{delivery.stamp}.csv"
