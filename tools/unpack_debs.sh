#!/usr/bin/env bash
# Unpack Debian packages and what they need beyond this machine's packages into a folder: no root, nothing installed.
# usage: unpack_debs.sh FOLDER PACKAGE...
set -euo pipefail

folder=$1; shift
apt=$folder/var/apt
mkdir -p "$folder"/usr/{bin,sbin,lib,lib64} "$apt"/{lists,archives}/partial
for name in bin sbin lib lib64; do ln -sfn "usr/$name" "$folder/$name"; done

# Private lists, but the machine's own record of what is installed: only the missing packages come.
options=(-qq -o "Dir::State::Lists=$apt/lists" -o "Dir::Cache::Archives=$apt/archives" -o "Dir::Cache::pkgcache="
    -o "Dir::Cache::srcpkgcache=" -o "Dir::State::extended_states=$apt/extended_states" -o Acquire::Languages=none
    -o Acquire::Check-Valid-Until=false -o APT::Sandbox::User=root -o Debug::NoLocking=true)

if [ -z "$(find "$apt/lists" -maxdepth 1 -name '*_Packages*' -mmin -600 | head -1)" ]; then
    apt-get "${options[@]}" update || echo "  (some package lists could not be read; going on)" >&2
fi
apt-get "${options[@]}" --yes --no-install-recommends --download-only install "$@" || {
    echo "apt could not fetch: $*. Install them: sudo apt-get install $*" >&2
    exit 1
}
for deb in "$apt"/archives/*.deb; do
    [ -e "$deb" ] || continue
    dpkg-deb --fsys-tarfile "$deb" | tar -x --no-same-owner --keep-directory-symlink -C "$folder"
done
rm -f "$apt"/archives/*.deb
