"""The page on the programming interface, and the description itself, as the service gives it."""

import os
import tempfile
from typing import Any

import django


def description() -> dict[str, Any]:
    """The OpenAPI description of a real place's service."""
    with tempfile.TemporaryDirectory() as place:
        os.environ.update({"VANGUARD_HOME": place, "VANGUARD_SECRET_KEY": "for the documentation only"})
        os.environ["DJANGO_SETTINGS_MODULE"] = "vanguard.web.settings"
        django.setup()
        from vanguard.api import openapi

        return openapi()


def markdown() -> str:
    said = description()
    made = [
        "# For programs",
        "",
        f"{said['info']['description']} The service describes itself at `/api/openapi.json` in OpenAPI "
        "{download}`3.1 <openapi.json>`; a program signs in as its user does and sends the same cookie.",
    ]
    for path, methods in said["paths"].items():
        for method, operation in methods.items():
            made += ["", f"## {operation['summary']}", "", f"`{method.upper()} {path}`", ""]
            made += [f"- `{one['name']}`: {one['description']}" for one in operation["parameters"]]
            made += ["", "| answer | what it means |", "|---|---|"]
            made += [f"| {status} | {answer['description']} |" for status, answer in operation["responses"].items()]
    return "\n".join(made) + "\n"
