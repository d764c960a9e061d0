"""Rows about people from many sources become persons, each with an id that stays.
By NHS number where it is valid and consistent, by Splink where there is none; a doubtful join is left
undone."""

from vanguard.know.identity.people_file import FileResult, link_file
from vanguard.know.identity.place import LinkResult, link
from vanguard.know.identity.resolve import Review

__all__ = ["FileResult", "LinkResult", "Review", "link", "link_file"]
