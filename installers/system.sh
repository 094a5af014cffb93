#!/bin/sh
# The libraries of the system that Qt needs (and, with "test", the X server for the tests with typed keys; with
# "browser", the Chromium, 300 MB, in which tracking pages and mails are tried: those tests are left out without it).
# As root on Debian or Ubuntu they are installed; otherwise the one command is printed and this stops.
set -eu
[ "$(uname)" = Linux ] || exit 0
command -v dpkg-query >/dev/null 2>&1 || exit 0
need="libgl1 libegl1 libxkbcommon0 libfontconfig1 libglib2.0-0 libdbus-1-3
      libxcb-cursor0 libxkbcommon-x11-0 libxcb-icccm4 libxcb-keysyms1 libxcb-shape0"
[ "${1:-run}" = test ] && need="$need xvfb xdotool openbox x11-xkb-utils postgresql"
[ "${1:-run}" = browser ] && need="$need chromium"
lacking=""
for name in $need; do
    # Since 2024 some of these carry the suffix t64 on Ubuntu.
    for spelled in "$name" "${name}t64"; do
        dpkg-query -W -f '${Status}' "$spelled" 2>/dev/null | grep -q "ok installed" && continue 2
    done
    lacking="$lacking $name"
done
[ -z "$lacking" ] && exit 0
if [ "$(id -u)" = 0 ]; then
    export DEBIAN_FRONTEND=noninteractive
    apt-get update -qq
    # shellcheck disable=SC2086 # a list of words is meant
    apt-get install -y -qq --no-install-recommends $lacking >/dev/null
else
    echo "Qt needs packages of the system that are missing here. Run this once, then try again:" >&2
    echo "    sudo apt-get install -y$lacking" >&2
    exit 1
fi
