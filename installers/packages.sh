# Installs Debian packages that are missing. Sourced, not run: installMissing PACKAGE...
#
# Touches nothing when all are there. Uses sudo where it is not root. Elsewhere than on a Debian-like system it only says
# what is needed.
# shellcheck shell=bash

# Prints those of the given packages that are not installed.
missingPackages()
{
    local package
    for package in "$@"; do
        if [[ $(dpkg-query -W -f='${Status}' "$package" 2>/dev/null) != 'install ok installed' ]]; then
            printf '%s\n' "$package"
        fi
    done
}

# Runs apt-get with the given arguments as root. Waits for another apt-get, tries again when a download fails.
aptGet()
{
    local -a asRoot=(env DEBIAN_FRONTEND=noninteractive)
    if [[ $(id -u) != 0 ]]; then
        if ! command -v sudo >/dev/null; then
            echo "Run this as root, or install sudo: packages have to be installed." >&2
            return 1
        fi
        asRoot=(sudo "${asRoot[@]}")
    fi
    local attempt
    for attempt in 1 2 3; do
        if "${asRoot[@]}" apt-get -q -o DPkg::Lock::Timeout=300 -o Acquire::Retries=3 "$@"; then
            return 0
        fi
        echo "apt-get $1 failed (attempt $attempt of 3)." >&2
    done
    return 1
}

installMissing()
{
    if ! command -v dpkg-query >/dev/null || ! command -v apt-get >/dev/null; then
        {
            echo "This is not a Debian-like system, so nothing is installed. What is needed, by Debian's names:"
            printf '    %s\n' "$*"
        } >&2
        return 0
    fi
    local list
    list=$(missingPackages "$@")
    if [[ -z $list ]]; then
        return 0
    fi
    local -a missing
    mapfile -t missing <<<"$list"
    echo "Installing with apt-get: ${missing[*]}" >&2
    aptGet update >&2 && aptGet install -y --no-install-recommends "${missing[@]}" >&2 && return 0
    {
        echo "The packages above could not be installed."
        echo "Debian 12 (bookworm) has all of them; on other releases look for the same names."
    } >&2
    return 1
}
