"""Reads and checks a blueprint, a care model as a folder of YAML, into frozen typed objects.
`read` gives a Blueprint, or every mistake at once with file, line and column."""

from vanguard.blueprint.adopted import adopted
from vanguard.blueprint.checks.pathways import misfit
from vanguard.blueprint.described import Described, Onward, Stage, Told, Way, Where, described
from vanguard.blueprint.diff import Change, diff, in_text
from vanguard.blueprint.elements import (
    Blueprint,
    Cited,
    Cohort,
    Effective,
    Order,
    Reason,
    Review,
    Role,
    Site,
    Source,
    Tier,
)
from vanguard.blueprint.elements.answers import KNOWN_AT_ENTRY, Channel
from vanguard.blueprint.elements.durations import Span
from vanguard.blueprint.elements.evaluation import Evaluation, Exclusion
from vanguard.blueprint.elements.hours import Hours, Opening
from vanguard.blueprint.elements.measures import Events, FollowedBy, Measure, Per, SideBySide
from vanguard.blueprint.elements.pathways import (
    Answer,
    Clock,
    End,
    Entry,
    Listing,
    Pathway,
    Pathways,
    Pause,
    Pool,
    Proposal,
    Question,
    Resource,
    Rule,
    Step,
)
from vanguard.blueprint.elements.plans import CarePlan, Visits
from vanguard.blueprint.elements.population import BACK, Influence, Move, Population
from vanguard.blueprint.elements.simulate import Assumptions
from vanguard.blueprint.elements.sliders import Slider
from vanguard.blueprint.evaluation_alone import read_evaluations
from vanguard.blueprint.mistakes import BadBlueprint
from vanguard.blueprint.read import read
from vanguard.blueprint.readme import Block, readme
from vanguard.blueprint.varied import files_of_text, read_version, variation, varied, versions_of
from vanguard.blueprint.versions import in_force, label_of, shipped, versions

__all__ = [
    "BACK",
    "KNOWN_AT_ENTRY",
    "Answer",
    "Assumptions",
    "BadBlueprint",
    "Block",
    "Blueprint",
    "CarePlan",
    "Change",
    "Channel",
    "Cited",
    "Clock",
    "Cohort",
    "Described",
    "Effective",
    "End",
    "Entry",
    "Evaluation",
    "Events",
    "Exclusion",
    "FollowedBy",
    "Hours",
    "Influence",
    "Listing",
    "Measure",
    "Move",
    "Onward",
    "Opening",
    "Order",
    "Pathway",
    "Pathways",
    "Pause",
    "Per",
    "Pool",
    "Population",
    "Proposal",
    "Question",
    "Reason",
    "Resource",
    "Review",
    "Role",
    "Rule",
    "SideBySide",
    "Site",
    "Slider",
    "Source",
    "Span",
    "Stage",
    "Step",
    "Tier",
    "Told",
    "Visits",
    "Way",
    "Where",
    "adopted",
    "described",
    "diff",
    "files_of_text",
    "in_force",
    "in_text",
    "label_of",
    "misfit",
    "read",
    "read_evaluations",
    "read_version",
    "readme",
    "shipped",
    "variation",
    "varied",
    "versions",
    "versions_of",
]
