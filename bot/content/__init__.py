"""Personas, scripts, companies and language packs: their models, how they are loaded and how they are checked."""
