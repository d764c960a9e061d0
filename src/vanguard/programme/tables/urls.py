"""Addresses of the pages of every table."""

from django.urls import path, register_converter

from vanguard.programme.tables.declaring import Table
from vanguard.programme.tables.described import openapi_json
from vanguard.programme.tables.keeping import change, new, paste
from vanguard.programme.tables.registry import all_tables
from vanguard.programme.tables.views import every_table, row_page, search, table_file, table_list


class TableConverter:
    """A table by its id; anything else is no such page."""

    regex = "[a-z]+(?:-[a-z]+)*"

    def to_python(self, value: str) -> Table:
        if value not in all_tables():
            raise ValueError
        return all_tables()[value]

    def to_url(self, value: Table | str) -> str:
        return value if isinstance(value, str) else value.id


register_converter(TableConverter, "table")
urlpatterns = [
    path("search", search, name="search"),
    path("openapi.json", openapi_json, name="openapi"),
    path("tables", every_table, name="tables"),
    path("keep/<table:table>/new", new, name="new-row"),
    path("keep/<table:table>/paste", paste, name="paste-rows"),
    path("keep/<table:table>/<int:number>", change, name="change-row"),
    path("<table:table>.csv", table_file, {"how": "csv"}, name="table-csv"),
    path("<table:table>.json", table_file, {"how": "json"}, name="table-json"),
    path("<table:table>", table_list, name="table"),
    path("<table:table>/<path:key>", row_page, name="row"),
]
