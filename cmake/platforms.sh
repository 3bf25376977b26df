# Sourced by ./tests/run after packages.sh: test_releases runs the commands of README.md, and tests the
# packages, in a bare root of each Debian release.
#
# A root is a debootstrap of the variant minbase, made once and kept in the cache directory. Each run works
# in a copy of it, which contains the tracked files of this repository in /ousage and no other package.

releases=(bookworm trixie)
roots="${XDG_CACHE_HOME:-${HOME:-/root}/.cache}/ousage/roots"

# why_no_roots: prints why this machine cannot make or enter roots. Prints nothing if it can.
why_no_roots() {
    local command
    if [ "$(id -u)" != 0 ]; then
        echo "it needs root (mounts and chroot)"
        return
    fi
    for command in debootstrap unshare setpriv git; do
        if ! command -v "$command" >/dev/null; then
            echo "found no $command in PATH"
            return
        fi
    done
    if ! unshare --mount --pid --fork true 2>/dev/null; then
        echo "unshare cannot create namespaces here"
    fi
}

# require_roots: fails with the reason if this machine cannot make or enter roots.
require_roots() {
    local reason
    reason=$(why_no_roots)
    if [ -n "$reason" ]; then
        echo "tests/run: cannot run --platforms: $reason." >&2
        return 1
    fi
}

# make_root RELEASE: makes the bare root of the release, unless it is in the cache directory.
make_root() {
    local root=$roots/$1
    if [ -e "$root" ]; then
        echo "Using $root"
        return 0
    fi
    rm -rf "$root.part"
    mkdir -p "$roots" &&
        debootstrap --variant=minbase "$1" "$root.part" ${OUSAGE_DEBIAN_MIRROR:+"$OUSAGE_DEBIAN_MIRROR"} &&
        mv "$root.part" "$root"
}

# copy_root RELEASE: makes the copy of the root in which a run works. It has the tracked files of this
# repository, this machine's name servers and proxies, and the name localhost, which an installer of Debian
# writes but debootstrap does not.
copy_root() {
    local run=$roots/$1.run
    rm -rf "$run" && cp -a "$roots/$1" "$run" && mkdir "$run/ousage" || return
    git ls-files -z | tar --create --null --files-from=- | tar --extract --directory="$run/ousage" || return
    cp -L /etc/resolv.conf "$run/etc/resolv.conf"
    printf '127.0.0.1 localhost\n::1 localhost ip6-localhost ip6-loopback\n' >"$run/etc/hosts"
    apt-config dump 2>/dev/null | grep -E '^Acquire::(https?::Proxy|Check-)' >"$run/etc/apt/apt.conf.d/90host"
    return 0
}

# in_root RELEASE COMMAND: runs the command in the directory /ousage of the copy, as root, without the
# variables of this environment. The mounts are in a namespace of their own. The kernel removes them when
# its last process ends, and kills its processes when the caller of this function ends.
in_root() {
    local variable environment=(PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin)
    for variable in http_proxy https_proxy no_proxy; do
        if [ -n "${!variable:-}" ]; then
            environment+=("$variable=${!variable}")
        fi
    done
    exec setpriv --pdeathsig KILL env -i "${environment[@]}" \
        unshare --mount --pid --fork --kill-child=KILL --root="$roots/$1.run" --mount-proc --wd=/ousage \
        bash -c "mount -t devpts -o newinstance,ptmxmode=0666 devpts /dev/pts
            mount -t tmpfs tmpfs /dev/shm
            $2"
}

# test_release RELEASE: runs both commands in a copy of its root, prints the results of the tests, and builds,
# installs, upgrades and purges the packages there. Keeps the copy if a step failed.
test_release() {
    local release=$1 code=0
    step "$release root" make_root "$release" && step "$release copy" copy_root "$release" || return
    step "$release example" in_root "$release" \
        "./example/run >/tmp/snapshot && grep '\"provider_id\": \"ollama\"' /tmp/snapshot" || code=1
    step "$release tests" in_root "$release" ./tests/run || code=1
    step "$release packages" in_root "$release" \
        "./cmake/package/build && ./cmake/package/test.sh build/package/lower build/package/packages" || code=1
    # Without the counters of progress.
    sed -E 's=\[?[0-9]+/[0-9]+\]? ==g' "$logs/$release-tests.log" |
        grep -E ' (ok|FAILED) +[0-9]+ s|tests passed|^ +skipped: |^All passed|^Failed after' |
        sed 's/^ */    /'
    if [ "$code" = 0 ]; then
        rm -rf "$roots/$release.run"
    else
        echo "    The root is kept in $roots/$release.run"
    fi
}

# test_releases: all of the above for each release.
test_releases() {
    local release
    for release in "${releases[@]}"; do
        test_release "$release"
    done
}
