"""Checks the locked dependencies: each is explained in docs/dependencies.md, none has a known flaw.

Exits 1 where a package is unexplained or vulnerable. Where the advisory service cannot be reached it says
so, names how many packages went unaudited, and does not call them safe.
"""

import itertools
import json
import re
import subprocess
import sys
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def wished_for() -> set[str]:
    """The packages that pyproject.toml and each package.json ask for by name."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    wishes = [*project["project"]["dependencies"], *itertools.chain(*project["dependency-groups"].values())]
    assets = json.loads((ROOT / "package.json").read_text("utf-8"))
    names = {re.split(r"[\[=<>~! ;]", wish)[0].lower() for wish in wishes}
    provider = json.loads((ROOT / "tests/oidc/package.json").read_text("utf-8"))
    return names | set(assets["dependencies"]) | set(assets["devDependencies"]) | set(provider["dependencies"])


def unexplained() -> list[str]:
    explained = set(re.findall(r"^\| `([^`]+)`", (ROOT / "docs/dependencies.md").read_text("utf-8"), re.M))
    return sorted(wished_for() - {name.lower() for name in explained})


def python_audit() -> tuple[list[str], int, int]:
    """Findings in words, packages audited, packages that the service knew nothing of."""
    command = [
        sys.executable,
        "-m",
        "pip_audit",
        "--format",
        "json",
        "--progress-spinner",
        "off",
        "--disable-pip",
    ]
    command += ["--no-deps", "--require-hashes", "-r", str(ROOT / "requirements/dev.lock")]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    try:
        rows = json.loads(run.stdout)["dependencies"]
    except (json.JSONDecodeError, KeyError):
        return [], 0, -1
    found = [
        f"{row['name']} {row['version']}: {flaw['id']}, mended in {flaw['fix_versions'] or 'no version'}"
        for row in rows
        for flaw in row.get("vulns", [])
    ]
    skipped = sum("skip_reason" in row for row in rows)
    return found, len(rows) - skipped, skipped


def main() -> int:
    missing = unexplained()
    for name in missing:
        print(f"  {name} is not explained in docs/dependencies.md: add a row that says why it is here.")
    found, audited, skipped = python_audit()
    for line in found:
        print(f"  {line}")
    print(f"  {audited} Python packages audited, {len(found)} known vulnerabilities")
    if skipped:
        how_many = "no" if skipped < 0 else f"{skipped}"
        print(f"  Not audited: the advisory service did not answer ({how_many} packages left unaudited)")
    return 1 if missing or found else 0


if __name__ == "__main__":
    sys.exit(main())
