"""`python -m server.cli`: the same as the `kiestoon` command."""

from server.cli.main import main

main()
