#!/bin/sh
# npm.sh npm-arguments … : npm in server/web, with the system's Node where it is new enough, else with the Node that a Python
# package carries (requirements-node.lock), put into .venv at first need. NODE=wheel chooses the latter.

set -e
root=$(cd "$(dirname "$0")/.." && pwd)
venv=$root/.venv/bin

if [ "${NODE:-}" = wheel ] || ! command -v npm >/dev/null 2>&1 || ! node "$root/.ci/node-fits.cjs" 2>/dev/null; then
    if [ ! -x "$venv/npm" ]; then
        "$venv/python" -m pip install --require-hashes -r "$root/requirements-node.lock"
    fi
    PATH=$venv:$PATH
    export PATH
fi

cd "$root/server/web"
exec npm "$@"
