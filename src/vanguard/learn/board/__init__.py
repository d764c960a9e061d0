"""Measures on pages: the board, a measure with its rows, sites side by side, the review and the public scorecard.
Counts leave through `access` alone: exactly for roles that hold rows without names, otherwise small numbers apart."""

from typing import TYPE_CHECKING

from vanguard.lazy_door import opens

if TYPE_CHECKING:
    from vanguard.learn.board.cards import AMBER, GREEN, NO_LIGHT, ORDER, RED, STEADY, Card, Light, card
    from vanguard.learn.board.peering import BEYOND, LEAST_SITES, TOGETHER, drawn, limits
    from vanguard.learn.board.points import Point, latest, period
    from vanguard.learn.board.publishing import ENDING, Published, PublishedMeasure, Sealed, opened
    from vanguard.learn.board.views.measure import inert

# Django reads the settings of this app before it is ready, so the door opens on first use.
DOOR = {
    "AMBER": "cards",
    "BEYOND": "peering",
    "Card": "cards",
    "ENDING": "publishing",
    "GREEN": "cards",
    "LEAST_SITES": "peering",
    "Light": "cards",
    "NO_LIGHT": "cards",
    "Point": "points",
    "Published": "publishing",
    "ORDER": "cards",
    "PublishedMeasure": "publishing",
    "RED": "cards",
    "STEADY": "cards",
    "Sealed": "publishing",
    "TOGETHER": "peering",
    "card": "cards",
    "drawn": "peering",
    "inert": "views.measure",
    "latest": "points",
    "limits": "peering",
    "opened": "publishing",
    "period": "points",
}

__all__ = [
    "AMBER",
    "BEYOND",
    "ENDING",
    "GREEN",
    "LEAST_SITES",
    "NO_LIGHT",
    "ORDER",
    "RED",
    "STEADY",
    "TOGETHER",
    "Card",
    "Light",
    "Point",
    "Published",
    "PublishedMeasure",
    "Sealed",
    "card",
    "drawn",
    "inert",
    "latest",
    "limits",
    "opened",
    "period",
]

__getattr__ = opens(__name__, DOOR)
