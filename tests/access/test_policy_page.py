"""The page about the policy says what the policy says."""

import yaml
from tests.access.test_rules import BLUEPRINT_ROLES, POLICY

from vanguard.access.policy_page import markdown
from vanguard.blueprint import shipped
from vanguard.blueprint.versions import by_default


def cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.strip("|").split(" | ")]


def test_every_cell_of_the_page_is_the_policy_s() -> None:
    page = markdown()
    section = page.split("## What each role sees")[1].split("## What a person may choose")[0]
    tables = section.split("Roles of the ")[1:]
    of_blueprints = [{"name": spec["name"], **BLUEPRINT_ROLES[spec["id"]]} for spec in blueprint_names()]
    for table, specs in zip(tables, [list(POLICY["roles"].values()), of_blueprints], strict=True):
        head, _, *rows = [cells(line) for line in table.splitlines() if line.startswith("|")]
        roles = [spec for spec in specs if spec["under"]]
        assert [name.lower() for name in head[1:]] == [spec["name"].lower() for spec in roles]
        for (relationship, tie), row in zip(POLICY["relationships"].items(), rows, strict=True):
            assert row[0].lower().startswith(tie["name"].lower())
            for spec, cell in zip(roles, row[1:], strict=True):
                sight = spec["under"].get(relationship)
                assert cell.split(" + ")[0] == (sight["see"][-1] if sight else "nothing")
                assert {one for one in POLICY["sensitive_sets"] if f"`{one}`" in cell} == set(
                    (sight or {}).get("sensitive", [])
                )


def blueprint_names() -> list[dict[str, str]]:
    """The roles of the access.yaml of the blueprint that a place runs by default, with their labels."""
    [name] = by_default()
    folder = shipped()[name]
    labels = yaml.safe_load((folder / "blueprint.yaml").read_text("utf-8"))["roles"]
    return [{"id": role, "name": labels[role]["label"]} for role in BLUEPRINT_ROLES]


def test_it_names_every_right_and_choice() -> None:
    page = markdown()
    assert all(words in page for words in POLICY["rights"].values())
    assert all(choice["name"] in page for choice in POLICY["choices"].values())


def test_it_says_how_long_a_session_lasts() -> None:
    limits = POLICY["sign_in"]
    assert f"| A session ends after it began | {limits['session_hours']} hours |" in markdown()
    assert f"| A session ends after it was last used | {limits['idle_minutes']} minutes |" in markdown()
