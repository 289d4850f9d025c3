"""The carbon intensity of the grid at this hour, from Electricity Maps; asked by the API process, which has the key.

It changes from hour to hour, which would make two evaluations of one artifact differ by the weather. So the first
figure that a model is measured with is kept for it, as its baseline's time is, and the present one is shown beside.
"""

from __future__ import annotations

import json
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path
from typing import Any

from pareto_runner.measure.energy import GridFactor, find_grid_factor
from pareto_runner.models.cache import cached

URL = "https://api.electricitymaps.com/v3/carbon-intensity/latest"
TIMEOUT_S = 5.0


class LiveGrid:
    """Asks for the intensity of the zone that this machine stands in."""

    def __init__(self, key: str | None, zone: str | None, url: str = URL) -> None:
        self._key = key
        self._zone = zone
        self._url = url

    def read(self) -> dict[str, Any] | None:
        """Return `{"zone", "grams_per_kwh", "at"}`, or `{"note"}` where there is no answer; None without a key."""
        if not self._key:
            return None
        if not self._zone:
            return {"note": "no live carbon intensity: ELECTRICITYMAPS_ZONE is not set"}
        query = urllib.parse.urlencode({"zone": self._zone})
        request = urllib.request.Request(f"{self._url}?{query}", headers={"auth-token": self._key})  # noqa: S310
        try:
            with urllib.request.urlopen(request, timeout=TIMEOUT_S) as reply:  # noqa: S310 - a fixed address
                body = json.loads(reply.read(100_000))
            return {"zone": self._zone, "grams_per_kwh": float(body["carbonIntensity"]), "at": str(body["datetime"])}
        except urllib.error.HTTPError as error:
            return {"note": f"no live carbon intensity: Electricity Maps answered with {error.code}"}
        except (OSError, ValueError, KeyError, TypeError) as error:
            return {"note": f"no live carbon intensity: {type(error).__name__}"}


def choose_factor(region: str, live: dict[str, Any] | None, revision: str) -> GridFactor:
    """Return the factor that a model's figures are made with: the live one kept for it, else the table's.

    Raises:
        RunnerError: `unknown_region`.
    """
    table = find_grid_factor(region)
    if live is None:
        return table
    if "note" in live:
        return GridFactor(table.region, table.grams_per_kwh, table.year, table.source, note=live["note"])

    def write(target: Path) -> None:
        target.write_text(json.dumps(live))

    kept = json.loads(cached(revision, f"costs/grid-{live['zone']}.json", write).read_text())
    return GridFactor(
        region=kept["zone"],
        grams_per_kwh=kept["grams_per_kwh"],
        year=int(kept["at"][:4]),
        source=f"Electricity Maps, live at {kept['at']}, kept for this model",
        note=f"{live['grams_per_kwh']:g} g/kWh at {live['at']}",
    )
