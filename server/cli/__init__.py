"""The command line: one file per command."""

from server.cli.main import main

__all__ = ["main"]
