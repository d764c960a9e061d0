import pytest

from vanguard.lake import Column, markdown, tables
from vanguard.lake.schema_files import SQL_TYPES

COLUMNS = [(table.name, column) for table in tables().values() for column in table.columns]


def test_every_table_of_the_first_slice_is_there() -> None:
    assert set(tables()) >= {
        "source_person",
        "source_event",
        "source_resource",
        "quarantine",
        "received_file",
        "person",
        "person_link",
        "person_period",
        "event",
        "person_feature",
        "cohort_member",
    }


@pytest.mark.parametrize(("table", "column"), COLUMNS, ids=lambda value: getattr(value, "name", value))
def test_every_column_has_a_known_type_and_a_sentence(table: str, column: Column) -> None:
    assert column.type in SQL_TYPES
    assert column.what.endswith((".", "…"))


def test_the_schema_says_what_may_be_empty() -> None:
    event = {column.name: column.null for column in tables()["event"].columns}
    assert event["known_to"]
    assert not event["person_id"]


def test_what_names_a_person_lies_among_the_identified() -> None:
    naming = {"nhs_number", "given_name", "family_name", "address", "postcode", "phone", "row", "body"}
    for table in tables().values():
        if naming & set(table.column_names):
            assert table.folder == "identified", table.name


def test_pseudonymised_tables_are_twins_without_words_exact_ages_or_source_keys() -> None:
    twins = [table for table in tables().values() if table.folder == "pseudonymised"]
    assert {table.shown_as for table in twins} == {
        "person",
        "person_period",
        "event",
        "person_feature",
        "cohort_member",
    }
    telling = {"birth_date", "death_date", "display", "text", "detail", "reasons", "row_id", "source_id", "care_home"}
    for table in twins:
        assert not telling & set(table.column_names), table.name
        own = {"locality", "birth_year", "death_month", "in_care_home"}
        assert set(table.column_names) - own <= set(tables()[table.shown_as].column_names)


def test_the_dictionary_has_a_section_for_each_table_and_a_line_for_each_column() -> None:
    page = markdown()
    sections = page.split("\n## ")[1:]
    assert [section.splitlines()[0] for section in sections] == sorted(tables())
    for section in sections:
        table = tables()[section.splitlines()[0]]
        assert table.one_row_is in section
        rows = [line for line in section.splitlines() if line.startswith("| `")]
        assert [row.split("`")[1] for row in rows] == list(table.column_names)
        assert all(row.replace("\\|", "").count("|") == 5 for row in rows)
    assert "| `known_to` | instant | yes |" in page
    assert "| `known_from` | instant | no |" in page
