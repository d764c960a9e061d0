"""What a team agrees with a person for the time to come: plans, in versions, shown with the record and looked at again.
What a plan asks, who writes it and how often it is looked at again comes from the blueprint."""

from typing import TYPE_CHECKING

from vanguard.lazy_door import opens

if TYPE_CHECKING:
    from vanguard.care.team.looking_again import Due, DuePage, due

# Django reads this room's models before its apps are ready, so the door opens on first use.
DOOR = {"Due": "looking_again", "DuePage": "looking_again", "due": "looking_again"}

__all__ = ["Due", "DuePage", "due"]

__getattr__ = opens(__name__, DOOR)
