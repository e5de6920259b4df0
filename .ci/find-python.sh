#!/bin/sh
# Prints the Python that the environment is made with: 3.11 up to and including 3.13, able to make environments.
# PYTHON=… in the environment chooses one.

seen=
for name in ${PYTHON:-python3.11 python3.12 python3.13 python3 python}; do
    version=$("$name" -c 'import sys; print("%d.%d" % sys.version_info[:2])' 2>/dev/null) || continue
    case $version in
        3.11 | 3.12 | 3.13) ;;
        *) seen="$seen $name is $version;" && continue ;;
    esac
    if "$name" -c 'import ensurepip, venv' 2>/dev/null; then
        command -v "$name"
        exit 0
    fi
    seen="$seen $name $version cannot make environments (on Debian and Ubuntu: apt install python$version-venv);"
done

echo "Kiestoon needs Python 3.11, 3.12 or 3.13.${seen:+ Found:$seen}" >&2
echo "Install one, or point to it: make setup PYTHON=/path/to/python3.12" >&2
exit 1
