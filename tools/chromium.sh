#!/usr/bin/env bash
# Prints the path of a Chromium or Chrome, and installs Debian's where there is
# none and this user may.
set -euo pipefail

find_browser() {
  local name
  if [ -n "${CHROMIUM:-}" ]; then
    echo "$CHROMIUM"
    return
  fi
  for name in chromium chromium-browser google-chrome google-chrome-stable; do
    command -v "$name" && return
  done
  return 1
}

if find_browser; then
  exit
fi
as_root=
if [ "$(id -u)" -ne 0 ]; then
  as_root="sudo -n"
fi
if command -v apt-get >/dev/null && $as_root true 2>/dev/null; then
  echo "Installing Chromium for the tests of pages (once)" >&2
  $as_root apt-get update -qq >&2
  DEBIAN_FRONTEND=noninteractive $as_root apt-get install -y -qq --no-install-recommends chromium fonts-dejavu-core >&2
fi
find_browser || {
  echo "make: the tests of pages need Chromium or Chrome on PATH, or CHROMIUM=/path/to/it" >&2
  exit 1
}
