"""Say whether branch coverage meets its floors: 95 % overall, 100 % where a mistake costs readers most."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path

OVERALL = 95.0
WHOLE = (
    "digest/model/",
    "digest/compose/",
    "digest/checks/",
    "digest/bounces/",
    "digest/tokens.py",
    "digest/ingest/clean.py",
    "digest/ingest/guard.py",
    "digest/ingest/fetch.py",
    "digest/storage/outbox.py",
    "digest/storage/ledger.py",
    "digest/workflows/send.py",
)


def main() -> int:
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "coverage.json"
        subprocess.run([sys.executable, "-m", "coverage", "json", "-q", "-o", str(report)], check=True)  # noqa: S603 - our own call
        data = json.loads(report.read_text(encoding="utf-8"))
    missed = [f"overall {data['totals']['percent_covered']:.1f} %, wanted {OVERALL} %"]
    if data["totals"]["percent_covered"] >= OVERALL:
        missed.clear()
    seen = dict.fromkeys(WHOLE, False)
    for name, file in data["files"].items():
        floor = next((prefix for prefix in WHOLE if name.startswith(prefix)), None)
        if floor is None:
            continue
        seen[floor] = True
        if file["summary"]["percent_covered"] < 100:
            missed.append(f"{name}: {file['summary']['percent_covered']:.1f} %, wanted 100 %")
    missed += [f"{prefix} was not measured" for prefix, found in seen.items() if not found]
    for line in missed:
        print(line)  # noqa: T201 - its report
    print("coverage floors: " + ("not met" if missed else "met"))  # noqa: T201 - its report
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
