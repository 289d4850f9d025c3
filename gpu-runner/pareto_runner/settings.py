"""The runner's settings, read from the environment; the secrets are taken out of it at once."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path

REPO_DIR = Path(__file__).resolve().parents[2]
SECRET_NAME = re.compile(r"(_TOKEN|_KEY|_SECRET|_PASSWORD)$|^DATABASE_URL$|^TOKEN$")


@dataclass(frozen=True)
class Settings:
    """Folders and flags that every process of the runner may know; no secret among them."""

    data_dir: Path
    host: str
    port: int
    environment: str
    grid_zone: str | None = None
    """Zone of Electricity Maps that this machine stands in, e.g. FR or DK-DK1."""

    @property
    def runner_dir(self) -> Path:
        """Folder of the jobs' database, logs, work files and downloaded models."""
        return self.data_dir / "runner"

    @property
    def artifacts_dir(self) -> Path:
        """Folder of the artifacts, one by hash."""
        return self.data_dir / "artifacts"


@dataclass(frozen=True)
class Secrets:
    """Known to the API process alone: never in a child's environment, never in a log."""

    runner_key: str
    hub_token: str | None
    grid_key: str | None = None


def load_settings() -> Settings:
    """Read the settings from the environment."""
    return Settings(
        data_dir=Path(os.environ.get("PARETO_DATA") or REPO_DIR / "data").expanduser().resolve(),
        host=os.environ.get("RUNNER_HOST") or "127.0.0.1",
        port=int(os.environ.get("RUNNER_PORT") or 8765),
        environment=os.environ.get("ENVIRONMENT") or "production",
        grid_zone=os.environ.get("ELECTRICITYMAPS_ZONE") or None,
    )


def take_secrets() -> Secrets:
    """Read the secrets and remove everything secret from the environment, so that no child inherits it."""
    secrets = Secrets(
        os.environ.get("RUNNER_KEY", ""), os.environ.get("HF_TOKEN"), os.environ.get("ELECTRICITYMAPS_API_KEY")
    )
    scrub_environment()
    return secrets


def scrub_environment() -> None:
    """Remove all variables whose name says that they hold a secret."""
    for name in [n for n in os.environ if SECRET_NAME.search(n)]:
        del os.environ[name]
