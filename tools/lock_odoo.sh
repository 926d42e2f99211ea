#!/usr/bin/env bash
# Renew config/odoo.lock: the newest Odoo of a series in Debian's unstable, its companions from a stable release.
# Signatures of both are verified with Debian's keyring; lists are private, nothing of the machine changes.
# usage: tools/lock_odoo.sh [SERIES [RELEASE]]
set -euo pipefail

root=$(cd "$(dirname "$0")/.." && pwd)
series=${1:-19} release=${2:-trixie}
keyring=/usr/share/keyrings/debian-archive-keyring.gpg
# sid's companions are too new: its Font Awesome has other file names.
companions=(fonts-font-awesome fonts-inconsolata fonts-montserrat fonts-ocr-b fonts-roboto-unhinted
    libjs-jquery libjs-jquery-form libjs-underscore)

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$work"/{lists,archives}/partial "$work/parts"
: >"$work/status"
mirror=$(apt-get indextargets --format '$(SITE)' 'Identifier: Packages' 'Origin: Debian' | grep -v security | head -1)
for suite in sid "$release"; do
    echo "deb [signed-by=$keyring] ${mirror:?apt names no Debian mirror} $suite main"
done >"$work/sources.list"
options=(-o "Dir::State::Lists=$work/lists" -o "Dir::State::status=$work/status" -o "Dir::Cache=$work"
    -o "Dir::Cache::Archives=$work/archives" -o "Dir::Etc::SourceList=$work/sources.list" -o "Dir::Etc::SourceParts=$work/parts"
    -o Acquire::Languages=none -o Acquire::Check-Valid-Until=false -o APT::Sandbox::User=root -o Debug::NoLocking=true)
apt-get -qq "${options[@]}" update

describe() { # PACKAGE SUITE
    local version
    version=$(apt-cache "${options[@]}" madison "$1" | awk -F' *[|] *' -v suite="$2/main" '$3 ~ suite { print $2; exit }')
    apt-cache "${options[@]}" show "$1=${version:?$1 is not in $2}" |
        awk '/^Filename:/ { file = $2 } /^SHA256:/ { digest = $2 } END { print digest, file }'
}

{
    sed -n '/^#/p' "$root/config/odoo.lock"
    describe "odoo-$series" sid
    for package in "${companions[@]}"; do describe "$package" "$release"; done
} >"$work/lock"
mv "$work/lock" "$root/config/odoo.lock"
