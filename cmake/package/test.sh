#!/bin/bash
# test.sh OLD NEW: installs, runs, upgrades and purges the packages of the directories OLD (of a lower
# version) and NEW. For a bare root of Debian, as root: it replaces systemctl by a script that records its
# arguments, and starts the exporter with the command line of the unit.
set -euo pipefail

old=$(realpath "$1") new=$(realpath "$2")
log=/run/systemctl.log
unit=/usr/lib/systemd/system/ousage-exporter.service
settings=/etc/default/ousage-exporter
export DEBIAN_FRONTEND=noninteractive

fail() {
    echo "FAILED: $*" >&2
    cat "$log" /run/exporter.log >&2 || true
    exit 1
}

# expect DESCRIPTION COMMAND...: fails if the command does.
expect() {
    local description=$1
    shift
    "$@" >/run/output 2>&1 || { cat /run/output >&2; fail "$description"; }
    echo "ok: $description"
}

expect_not() {
    local description=$1
    shift
    ! "$@" >/run/output 2>&1 || fail "$description"
    echo "ok: $description"
}

# Records its arguments, and enables, starts and stops the exporter as systemd would.
write_systemctl() {
    mkdir -p /run/systemd/system
    # Maintainer scripts that apt runs do not search /usr/local.
    cat >/usr/bin/systemctl <<'END'
#!/bin/bash
echo "$*" >>/run/systemctl.log
stop() {
    [ -e /run/exporter.pid ] || return 0
    kill "$(cat /run/exporter.pid)" 2>/dev/null
    for _ in $(seq 50); do
        kill -0 "$(cat /run/exporter.pid)" 2>/dev/null || break
        sleep 0.1
    done
    rm -f /run/exporter.pid
}
start() {
    local unit=/usr/lib/systemd/system/ousage-exporter.service user command
    user=$(sed -n 's/^User=//p' "$unit")
    command=$(sed -n 's/^ExecStart=//p' "$unit")
    install -d -o "$user" /var/lib/ousage
    set -a
    . "$(sed -n 's/^EnvironmentFile=-//p' "$unit")"
    set +a
    export STATE_DIRECTORY=/var/lib/ousage
    # Unquoted: the options in ARGS are words, as systemd splits them.
    setpriv --reuid="$user" --regid="$user" --clear-groups $(eval "echo $command") >>/run/exporter.log 2>&1 &
    echo $! >/run/exporter.pid
}
words=" $* "
case $words in
*" preset "*)
    wants=/etc/systemd/system/multi-user.target.wants
    mkdir -p "$wants"
    ln -sf /usr/lib/systemd/system/ousage-exporter.service "$wants/ousage-exporter.service"
    ;;
*" is-enabled "*) echo enabled ;;
*" is-active "*) [ -e /run/exporter.pid ] ;;
*" restart "*) stop && start ;;
*" start "*) start ;;
*" stop "*) stop ;;
*) true ;;
esac
END
    chmod 755 /usr/bin/systemctl
    : >"$log"
    : >/run/exporter.log
}

# healthy: waits until the exporter is healthy.
healthy() {
    for _ in $(seq 100); do
        ! (set -a; . "$settings"; /usr/bin/ousage-exporter --healthcheck) || return 0
        sleep 0.1
    done
    return 1
}

version() {
    dpkg-query -W -f '${Version}' "$1"
}

# apt's archives of systemd's programs start nothing here.
rm -f /usr/sbin/policy-rc.d
apt-get update -qq
# Instead of systemd, which has a systemctl.
apt-get install -y -qq --no-install-recommends systemd-standalone-sysusers >/dev/null 2>&1
write_systemctl

expect "installs" apt-get install -y --no-install-recommends "$old"/*.deb
files=$(dpkg -L ousage ousage-exporter libousage-dev)
expect "ousage runs" sh -c 'ousage --demo --format table | grep -i models'
expect "manual page of ousage" test -s /usr/share/man/man1/ousage.1.gz
expect "completions" test -s /usr/share/bash-completion/completions/ousage-exporter
expect "pkg-config file" grep -q '^Requires: fmt' /usr/share/pkgconfig/ousage.pc
expect "CMake package" test -s /usr/share/cmake/ousage/ousageConfig.cmake
expect "system user" getent passwd ousage-exporter
expect "the unit is enabled" test -L /etc/systemd/system/multi-user.target.wants/ousage-exporter.service
expect "the unit was started" grep -q ' start ousage-exporter.service' "$log"
expect "the exporter is healthy" healthy
lower=$(version ousage-exporter)

# An edited configuration file, and state.
echo 'ARGS="--listen 127.0.0.1:9311"' >>"$settings"
sed -i '$a EXPORTER_PORT=9311' "$settings"
systemctl restart ousage-exporter.service
expect "the exporter uses the edited settings" healthy
echo kept >/var/lib/ousage/mark
before=$(cat /run/exporter.pid)
: >"$log"

expect "upgrades" apt-get install -y --no-install-recommends "$new"/*.deb
expect "the version rose" dpkg --compare-versions "$(version ousage-exporter)" gt "$lower"
expect "the unit was restarted" grep -q ' restart ousage-exporter.service' "$log"
expect_not "the previous process ended" kill -0 "$before"
expect "the edited settings survived" grep -q '^EXPORTER_PORT=9311$' "$settings"
expect "the state survived" grep -q kept /var/lib/ousage/mark
expect "the exporter is healthy after the upgrade" healthy

expect "removes" apt-get remove -y ousage-exporter
expect "the unit was stopped" grep -q '^stop ousage-exporter.service' "$log"
expect_not "the exporter ended" test -e /run/exporter.pid
expect "the settings remain after removal" test -e "$settings"
expect "the state remains after removal" test -e /var/lib/ousage/mark

expect "purges" apt-get purge -y ousage ousage-exporter libousage-dev
expect_not "the settings were purged" test -e "$settings"
expect_not "the state was purged" test -e /var/lib/ousage
expect "no link to the unit remains" \
    find /etc/systemd -name 'ousage*' -exec false {} +
while read -r file; do
    if [ -f "$file" ] || [ -L "$file" ]; then
        fail "$file remains"
    fi
done <<<"$files"
echo "ok: no file of the packages remains"
