"""The page about the policy says what the policy says."""

from tests.access.test_rules import POLICY

from vanguard.access.policy_page import markdown


def cells(line: str) -> list[str]:
    return [cell.strip() for cell in line.strip("|").split(" | ")]


def test_every_cell_of_the_page_is_the_policy_s() -> None:
    page = markdown()
    table = page.split("## What each role sees")[1].split("## What a person may choose")[0]
    head, _, *rows = [cells(line) for line in table.splitlines() if line.startswith("|")]
    roles = [spec for spec in POLICY["roles"].values() if spec["under"]]
    assert [name.lower() for name in head[1:]] == [spec["name"].lower() for spec in roles]
    for (relationship, tie), row in zip(POLICY["relationships"].items(), rows, strict=True):
        assert row[0].lower().startswith(tie["name"].lower())
        for spec, cell in zip(roles, row[1:], strict=True):
            sight = spec["under"].get(relationship)
            assert cell.split(" + ")[0] == (sight["see"][-1] if sight else "nothing")
            assert {one for one in POLICY["sensitive_sets"] if f"`{one}`" in cell} == set(
                (sight or {}).get("sensitive", [])
            )


def test_it_names_every_right_and_choice() -> None:
    page = markdown()
    assert all(words in page for words in POLICY["rights"].values())
    assert all(choice["name"] in page for choice in POLICY["choices"].values())
