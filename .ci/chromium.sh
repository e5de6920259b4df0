#!/bin/sh
# Sees to it that there is a Chromium for the tests that drive the real page: the one that is there, else the system's
# package, else the build that Playwright downloads.

for name in chromium chromium-browser google-chrome google-chrome-stable; do
    command -v "$name" >/dev/null 2>&1 && exit 0
done
sh .ci/debian.sh install chromium && exit 0
.venv/bin/playwright install chromium
