"""Judging a call: one file per family of criteria, all pure functions of the call's log."""
