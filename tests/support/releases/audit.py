"""What `make audit` says: which pinned packages are known to be vulnerable, if that can be told."""

import json
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

SECONDS = 300
NOTHING = "nothing was audited"


def main(requirements: Path) -> int:
    """Audit a file of pinned packages; 1 if one of them is known to be vulnerable, else 0."""
    try:
        found = subprocess.run(
            [
                *(sys.executable, "-m", "pip_audit", "--requirement", str(requirements)),
                *("--require-hashes", "--disable-pip", "--format", "json"),
                *("--progress-spinner", "off"),
            ],
            capture_output=True,
            text=True,
            timeout=SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        print(f"audit: the advisories did not come within {SECONDS} s; {NOTHING}")  # noqa: T201
        return 0
    try:
        audited = json.loads(found.stdout)["dependencies"]
    except ValueError:
        why = (found.stderr.strip().splitlines() or ["pip-audit said nothing"])[-1]
        print(f"audit: the advisories cannot be had here ({why}); {NOTHING}")  # noqa: T201
        return 0
    lines, is_vulnerable = report(audited)
    print("\n".join(f"audit: {line}" for line in lines))  # noqa: T201
    return 1 if is_vulnerable else 0


def report(audited: Iterable[dict[str, Any]]) -> tuple[list[str], bool]:
    """What is known of packages, a line each, and whether any of them is vulnerable.

    pip-audit takes one whose advisories it does not get for one without any.
    """
    packages = list(audited)
    missed = [each["name"] for each in packages if "skip_reason" in each]
    lines = [
        f"{each['name']} {each['version']}: {known['id']}, fixed in "
        f"{', '.join(known['fix_versions']) or 'no version'}"
        for each in packages
        for known in each.get("vulns", ())
    ]
    is_vulnerable = bool(lines)
    looked_up = len(packages) - len(missed)
    if not looked_up:
        return [f"the advisories cannot be had here; {NOTHING}"], False
    if missed:
        lines.append(f"of these no advisories can be had here: {', '.join(missed)}")
    if not is_vulnerable:
        lines.append(f"{looked_up} packages, none of them known to be vulnerable")
    return lines, is_vulnerable


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
