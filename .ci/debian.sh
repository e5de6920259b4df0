#!/bin/sh
# debian.sh install PACKAGE …      : installs Debian packages, as root or through sudo without a password
# debian.sh unpack FOLDER PACKAGE … : downloads Debian packages and unpacks them into FOLDER; needs no root
# Exits 69 where this machine cannot do it (no apt, no rights).

set -e
unavailable() {
    echo "$1" >&2
    exit 69
}
command -v apt-get >/dev/null 2>&1 || unavailable "there is no apt-get here"

if [ "$(id -u)" -eq 0 ]; then
    as_root=
elif sudo -n true 2>/dev/null; then
    as_root="sudo -n"
else
    as_root=unavailable
fi

refresh() {
    [ "$as_root" = unavailable ] && return
    $as_root apt-get update || true
}

what=$1
shift
case $what in
    install)
        [ "$as_root" = unavailable ] && unavailable "installing $* needs root"
        refresh
        DEBIAN_FRONTEND=noninteractive $as_root apt-get install -y --no-install-recommends "$@"
        ;;
    unpack)
        folder=$1
        shift
        debs=$(mktemp -d)
        trap 'rm -rf "$debs"' EXIT
        # apt drops its rights for downloads and wants to write into the folder as its own user.
        chmod 755 "$debs"
        download() { (cd "$debs" && apt-get -o APT::Sandbox::User= download "$@"); }
        download "$@" || { refresh && download "$@"; } || unavailable "apt cannot download $*"
        mkdir -p "$folder"
        for deb in "$debs"/*.deb; do
            dpkg-deb -x "$deb" "$folder"
        done
        ;;
    *)
        echo "debian.sh: install or unpack, not $what" >&2
        exit 64
        ;;
esac
