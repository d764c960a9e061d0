"""The certified provider of tests/oidc/package.json, run by Node.js, and what a person does on its pages."""

import json
import re
import shutil
import socket
import subprocess
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

import requests
from joserfc.jwk import RSAKey

HERE = Path(__file__).parent
VENV = HERE.parents[1] / ".venv/bin"
LOGIN_FORM = re.compile(r'<form[^>]*action="([^"]+)"')


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def new_key(kid: str) -> RSAKey:
    return RSAKey.generate_key(2048, {"kid": kid, "use": "sig"}, private=True)


class RealProvider:
    """A provider process; its issuer stays the same when it is started again."""

    def __init__(self, clients: Iterable[Mapping[str, Any]], accounts: Mapping[str, Mapping[str, Any]]) -> None:
        self.port = free_port()
        self.issuer = f"http://127.0.0.1:{self.port}"
        self.clients, self.accounts = list(clients), dict(accounts)
        self.process: subprocess.Popen[str] | None = None

    def start(self, *keys: RSAKey) -> None:
        """Start with these keys; the first signs."""
        node = shutil.which("node") or shutil.which("node", path=str(VENV))
        assert node, "No Node.js here: run scripts/build-assets.sh"
        assert (HERE / "node_modules").is_dir(), "No provider here: run scripts/ensure-provider.sh"
        given = {
            "port": self.port,
            "issuer": self.issuer,
            "clients": self.clients,
            "accounts": self.accounts,
            "keys": [{**key.as_dict(private=True), "alg": "RS256"} for key in keys],
        }
        self.process = subprocess.Popen(
            [node, "provider.mjs", json.dumps(given)],
            cwd=HERE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        assert self.process.stdout and self.process.stdout.readline() == "ready\n"

    def stop(self) -> None:
        if self.process:
            self.process.kill()
            self.process.wait()
            assert self.process.stdout
            self.process.stdout.close()
            self.process = None


class Person:
    """Somebody at the provider's pages, with their own cookies there."""

    def __init__(self, subject: str) -> None:
        self.subject = subject
        self.web = requests.Session()

    def sign_in(self, address: str, back: str) -> str:
        """Go to the provider's address, sign in and consent; gives the address on our side that it leads back to."""
        for _ in range(20):
            answer = self.web.get(address, allow_redirects=False)
            while answer.is_redirect:
                address = urljoin(answer.url, answer.headers["location"])
                if address.startswith(back):
                    return address
                answer = self.web.get(address, allow_redirects=False)
            answer.raise_for_status()
            address = self._send_form(answer)
        raise AssertionError("the provider goes round in circles")

    def sign_out(self, address: str, back: str) -> str:
        """Follow a sign-out address and confirm there; gives where it leads back to."""
        answer = self.web.get(address)
        answer.raise_for_status()
        fields = dict(re.findall(r'<input[^>]*name="(xsrf)"[^>]*value="([^"]+)"', answer.text))
        action = LOGIN_FORM.search(answer.text)
        assert action and fields, answer.text
        answer = self.web.post(urljoin(answer.url, action[1]), {**fields, "logout": "yes"}, allow_redirects=False)
        assert answer.headers["location"].startswith(back)
        return str(answer.headers["location"])

    def _send_form(self, page: requests.Response) -> str:
        action = LOGIN_FORM.search(page.text)
        assert action, page.text
        prompt = "login" if 'name="login"' in page.text else "consent"
        sent = self.web.post(
            urljoin(page.url, action[1]),
            {"prompt": prompt, "login": self.subject, "password": "any"},
            allow_redirects=False,
        )
        assert sent.is_redirect, sent.text
        return urljoin(sent.url, sent.headers["location"])
