"""Checksums of model files: SHA-256, and the SHA-1 by which git knows a file."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path
from typing import Literal

_BLOCK = 1 << 20
_SHA256 = re.compile(r"[0-9a-f]{64}")
_GIT = re.compile(r"[0-9a-f]{40}")

Algorithm = Literal["sha256", "git"]


class Expected:
    """The checksum that a file must have. The hub knows large files by SHA-256 and small ones by git's SHA-1."""

    def __init__(self, algorithm: Algorithm, digest: str) -> None:
        self.algorithm = algorithm
        self.digest = digest

    def matches(self, path: Path) -> bool:
        """Whether the file has it; reads the whole file."""
        actual = sha256_of(path) if self.algorithm == "sha256" else git_hash_of(path)
        return actual == self.digest


def expected_from_etag(etag: str) -> Expected | None:
    """The checksum in an ETag of the hub; None for an ETag of another kind."""
    digest = etag.removeprefix("W/").strip('"').lower()
    if _SHA256.fullmatch(digest):
        return Expected("sha256", digest)
    return Expected("git", digest) if _GIT.fullmatch(digest) else None


def sha256_of(path: Path) -> str:
    """SHA-256 of a file, in lower-case hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def git_hash_of(path: Path) -> str:
    """What `git hash-object` says."""
    digest = hashlib.sha1(f"blob {path.stat().st_size}\0".encode(), usedforsecurity=False)
    with path.open("rb") as file:
        while block := file.read(_BLOCK):
            digest.update(block)
    return digest.hexdigest()
