"""The inventory of cryptography: every file of ours that hashes, signs, encrypts or draws secrets is on its page."""

import ast
import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "src" / "vanguard"
PAGE = (ROOT / "docs/cryptography.md").read_text("utf-8")
LIBRARIES = {
    "hashlib",
    "hmac",
    "secrets",
    "cryptography",
    "joserfc",
    "authlib",
    "pyrage",
    "ssl",
    "jwt",
    "nacl",
    "crypt",
}
OF_DJANGO = {"django.core.signing", "django.utils.crypto", "django.contrib.auth.hashers"}


def uses(file: Path) -> set[str]:
    """The libraries of cryptography that a file imports."""
    found = set()
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        names = [one.name for one in node.names] if isinstance(node, ast.Import) else []
        if isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            names = [node.module]
        found |= {one for one in names if one.partition(".")[0] in LIBRARIES or one in OF_DJANGO}
    return found


def test_each_key_has_its_life_on_the_page() -> None:
    text = "\n".join(file.read_text("utf-8") for file in SOURCE.rglob("*.py"))
    kept = set(re.findall(r'"([a-z]+\.key)"', text)) | set(re.findall(r"VANGUARD_\w*(?:SECRET|AUDIT)_KEY\b", text))
    assert len(kept) > 4, "a search that finds nothing proves nothing"
    lives = [row for row in PAGE.partition("## The keys")[2].partition("\n## ")[0].splitlines() if row.startswith("|")]
    assert [key for key in kept if not any(f"`{key}`" in row.split("|")[1] for row in lives)] == []
    assert all(cell.strip() for row in lives for cell in row.split("|")[1:-1])


def test_every_use_is_in_the_inventory() -> None:
    using = {str(file.relative_to(SOURCE)): uses(file) for file in SOURCE.rglob("*.py")}
    using = {name: libraries for name, libraries in using.items() if libraries}
    assert len(using) > 30, "a search that finds nothing proves nothing"
    named = set(re.findall(r"`([\w/]+\.(?:py|js))`", PAGE))
    assert sorted(set(using) - named) == []
    # And nothing is on the page that is no longer so.
    assert [name for name in named if not (SOURCE / name).exists()] == []
    scripts = [file for file in (SOURCE / "web/assets").glob("*.js") if "crypto.subtle" in file.read_text("utf-8")]
    assert {f"web/assets/{file.name}" for file in scripts} <= named
