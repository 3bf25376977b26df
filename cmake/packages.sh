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

# run_as_root COMMAND...: runs it as root or with sudo. Otherwise prints it as a hint.
run_as_root() {
    if [ "$(id -u)" = 0 ]; then
        "$@"
    elif command -v sudo >/dev/null; then
        sudo "$@"
    else
        echo "The installation needs root or sudo. As root, run: $*" >&2
        return 1
    fi
}

# install_by_apt PACKAGE...: installs them.
install_by_apt() {
    run_as_root env DEBIAN_FRONTEND=noninteractive \
        apt-get install -y -qq --no-install-recommends "$@" >&2
}

# is_available PACKAGE: succeeds if the package lists offer it.
is_available() {
    apt-cache show --quiet "$1" >/dev/null 2>&1
}

# download_into DIRECTORY PACKAGE: downloads it without the user _apt, who may not write there.
download_into() {
    (cd "$1" && apt-get download -qq -o APT::Sandbox::User="$(id -un)" "$2" >&2)
}

# install_llhttp DIRECTORY: provides llhttp unless it is there: the library if this release of Debian has
# it, else the C sources, which it unpacks into DIRECTORY. The packages are those of the group [llhttp].
install_llhttp() {
    local directory=$1 library sources download code=0
    if [ -e "$directory/usr/share/llhttp/llhttp.c" ] || [ -e /usr/include/llhttp.h ] ||
        ! command -v apt-get >/dev/null; then
        return 0
    fi
    { read -r library && read -r sources; } < <(packages_of llhttp)
    if ! is_available "$library" && ! is_available "$sources"; then
        run_as_root apt-get update -qq >&2 || return
    fi
    if is_available "$library"; then
        echo "Installing $library with apt-get" >&2
        install_by_apt "$library" || { run_as_root apt-get update -qq >&2 && install_by_apt "$library"; }
        return
    fi
    echo "Unpacking $sources into $directory" >&2
    download=$(mktemp -d)
    { download_into "$download" "$sources" ||
        { run_as_root apt-get update -qq >&2 && download_into "$download" "$sources"; }; } &&
        mkdir -p "$directory" && dpkg-deb -x "$download/$sources"_*.deb "$directory" || code=$?
    rm -rf "$download"
    return "$code"
}

# install_packages GROUP...: installs the missing packages of these groups, as root or with sudo.
install_packages() {
    local missing
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
    if [ "$(id -u)" != 0 ] && ! command -v sudo >/dev/null; then
        echo "The installation needs root or sudo. As root, run:" >&2
        echo "apt-get update && apt-get install --no-install-recommends" $missing >&2
        return 1
    fi
    run_as_root apt-get update -qq >&2 && install_by_apt $missing # several words
}
