# Sourced by ./example/run and ./tests/run: install_packages GROUP... installs the packages in these
# groups of packages.txt. It does not run apt-get if nothing is missing.

packages_list="$(dirname "${BASH_SOURCE[0]}")/packages.txt"

# packages_of GROUP...: prints the packages of these groups, one per line.
packages_of() {
    local group
    for group in "$@"; do
        sed -n "/^\[$group\]/,/^\[/ s/^\([a-z0-9][^ #]*\).*/\1/p" "$packages_list"
    done
}

# missing_packages GROUP...: prints the packages of these groups that are not installed.
missing_packages() {
    local package
    for package in $(packages_of "$@"); do
        if [ "$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null)" != installed ]; then
            echo "$package"
        fi
    done
}

# fetch_llhttp DIRECTORY: unpacks the package node-llhttp, which contains the C sources of llhttp, unless
# it is there or the library is installed. Debian 13 has the package libllhttp-dev instead. node-llhttp
# is not installed, because it depends on Node.js.
fetch_llhttp() {
    local directory=$1 download
    if [ -e "$directory/usr/share/llhttp/llhttp.c" ] || [ -e /usr/include/llhttp.h ] ||
        ! command -v dpkg-deb >/dev/null; then
        return 0
    fi
    if [ -z "$(apt-cache policy node-llhttp 2>/dev/null)" ]; then
        echo "Install libllhttp-dev (Debian 13)." >&2
        return 1
    fi
    echo "Unpacking node-llhttp into $directory" >&2
    download=$(mktemp -d)
    (cd "$download" && apt-get download -qq node-llhttp >&2) &&
        mkdir -p "$directory" && dpkg-deb -x "$download"/node-llhttp_*.deb "$directory"
    local code=$?
    rm -rf "$download"
    return "$code"
}

# install_packages GROUP...: installs the missing packages of these groups, as root or with sudo.
install_packages() {
    local missing as_root=()
    if ! command -v dpkg-query >/dev/null || ! command -v apt-get >/dev/null; then
        echo "Not a Debian system: assuming that the packages of $packages_list are installed." >&2
        return 0
    fi
    missing=$(missing_packages "$@")
    if [ -z "$missing" ]; then
        return 0
    fi
    # Unquoted, so that word splitting joins the names into one line.
    echo "Installing missing packages with apt-get:" $missing >&2
    if [ "$(id -u)" != 0 ]; then
        if ! command -v sudo >/dev/null; then
            echo "The installation needs root or sudo. As root, run:" >&2
            echo "apt-get update && apt-get install --no-install-recommends" $missing >&2
            return 1
        fi
        as_root=(sudo)
    fi
    "${as_root[@]}" apt-get update -qq >&2 &&
        "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive \
            apt-get install -y -qq --no-install-recommends $missing >&2
}
