"""The aiohttp server, the stored calls and the command line."""
