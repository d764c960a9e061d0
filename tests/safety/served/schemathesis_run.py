"""One run of schemathesis against a served description, as one who asks."""

import os
import re
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from tests.serving import ROOT, Browser

# Asked with a cookie that is always good, and ids that are often real: a request is rarely as wrong as it meant to be.
NOT_ASKED = "negative_data_rejection"


def run_schemathesis(
    port: int,
    description: str,
    browser: Browser,
    phases: str,
    folder: Path,
    *,
    forbidden: Sequence[str],
    examples: int,
    least: int,
    not_asked: str = NOT_ASKED,
) -> None:
    """Every answer is as described and holds no forbidden mark; at least so many requests were made."""
    cookies = "; ".join(f"{name}={value}" for name, value in browser.cookies.items())
    command = [str(Path(sys.executable).with_name("schemathesis")), "run", f"http://127.0.0.1:{port}{description}"]
    command += ["--header", f"Cookie: {cookies or 'nobody=1'}", "--max-examples", str(examples), "--phases", phases]
    command += ["--generation-deterministic", "--no-shrink", "--workers", "2", "--no-color", "--warnings", "off"]
    command += ["--checks", "all", "--exclude-checks", not_asked]
    environment = os.environ | {
        "PYTHONPATH": f"{ROOT / 'src'}:{ROOT}",
        "SCHEMATHESIS_HOOKS": "tests.safety.served.schemathesis_hooks",
        "FORBIDDEN_MARKS": "\n".join(forbidden),
    }
    done = subprocess.run(command, env=environment, cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    # A run that asked nothing would prove nothing.
    assert int(re.findall(r"(\d+) generated", done.stdout)[-1]) >= least, done.stdout
