# Gets what the tests against real servers need, on Debian and Ubuntu. Sourced by ./test.
#
# Nothing that listens is ever installed: dovecot-imapd, dovecot-lmtpd, postfix, cyrus-imapd and the name server nsd are unpacked
# beside, into $servers_folder, so that no server on this machine is removed, replaced or started, and nothing listens after
# the next boot that did not before. What has no such side effects comes from apt: swaks, the C compiler that
# NativeAOT links with, strace, the libraries of the unpacked servers, SASL's plug-ins, and dovecot-core (the imap and lmtp
# packages only plug into it; without them it has no listener). A Dovecot or Postfix that is installed already is used as it is.

# Servers that root starts leave root behind, and could not enter root's home.
if [ "$(id -u)" -eq 0 ]; then
    servers_folder=/var/cache/posthouse/servers
else
    servers_folder="${XDG_CACHE_HOME:-$HOME/.cache}/posthouse/servers"
fi

get_requirements() {
    if ! command -v apt-get >/dev/null || ! command -v dpkg-deb >/dev/null; then
        echo "./test gets its mail servers with apt, which is not here: Debian or Ubuntu is needed." >&2
        return 1
    fi
    install_packages || return 1
    unpack_dovecot && unpack_postfix && unpack_cyrus && unpack_nsd
}

install_packages() {
    local missing=() package
    for package in dovecot-core swaks libnet-ssleay-perl gcc zlib1g-dev libsasl2-modules libsasl2-modules-db strace \
        $(libraries_of postfix nsd "${cyrus_packages[@]}"); do
        is_installed "$package" || missing+=("$package")
    done
    [ ${#missing[@]} -eq 0 ] && return 0

    if [ "$(id -u)" -ne 0 ]; then
        echo "./test needs these packages and is not root. Install them, then run it again:" >&2
        echo "  sudo apt-get install --no-install-recommends ${missing[*]}" >&2
        return 1
    fi
    echo "Installing ${missing[*]}"
    update_package_lists
    without_starting_daemons install_quietly "${missing[@]}" || return 1

    # A service that came with dovecot-core must not start at the next boot either.
    if [[ " ${missing[*]} " == *" dovecot-core "* ]] && command -v systemctl >/dev/null; then
        systemctl disable --quiet dovecot.service dovecot.socket 2>/dev/null || true
    fi
}

# --no-remove: apt gives up rather than take anything away.
install_quietly() {
    local log
    log=$(DEBIAN_FRONTEND=noninteractive apt-get install --yes --quiet --no-install-recommends --no-remove "$@" 2>&1) && return 0
    echo "$log" | tail -20 >&2
    return 1
}

# Runs a command while invoke-rc.d is told to start nothing; the machine's own policy is back afterwards, whatever happens.
without_starting_daemons() (
    policy=/usr/sbin/policy-rc.d
    saved=$(mktemp "$policy.posthouse.XXXXXX") || exit 1
    if [ -e "$policy" ]; then cp -p "$policy" "$saved"; had_policy=yes; else had_policy=no; fi
    restore() {
        if [ "$had_policy" = yes ]; then mv -f "$saved" "$policy"; else rm -f "$policy" "$saved"; fi
    }
    trap restore EXIT
    trap 'exit 130' INT TERM
    printf '#!/bin/sh\nexit 101\n' >"$policy.new.$$" && chmod 755 "$policy.new.$$" && mv -f "$policy.new.$$" "$policy" || exit 1
    "$@"
)

# Of the very version that is installed, whose libraries the programs load; the core's programs come along, since Dovecot
# looks for all of them in one folder.
unpack_dovecot() {
    if [ -x /usr/lib/dovecot/imap-login ] && [ -x /usr/lib/dovecot/lmtp ]; then
        use_servers_from / dovecot
        return
    fi
    local version
    version=$(dpkg-query --show --showformat='${Version}' dovecot-core)
    unpack dovecot "$version" "dovecot-core=$version" "dovecot-imapd=$version" "dovecot-lmtpd=$version"
}

unpack_postfix() {
    if [ -x /usr/lib/postfix/sbin/master ]; then
        use_servers_from / postfix
        return
    fi
    unpack postfix "$(candidate_of postfix)" postfix
}

# sasl2-bin has a daemon of its own; only saslpasswd2 of it is wanted, which writes the file of Cyrus' users.
cyrus_packages=(cyrus-imapd cyrus-common sasl2-bin)

unpack_cyrus() { unpack cyrus "$(candidate_of cyrus-imapd)" "${cyrus_packages[@]}"; }

unpack_nsd() { unpack nsd "$(candidate_of nsd)" nsd; }

# unpack NAME VERSION PACKAGE...: into a folder of that version, complete or not at all.
unpack() {
    local name=$1 version=$2 folder fetched
    shift 2
    folder="$servers_folder/$name-${version//[^A-Za-z0-9.+~-]/_}"
    if [ ! -d "$folder" ]; then
        echo "Unpacking $* into $folder"
        mkdir -p "$servers_folder"
        fetched=$(mktemp -d "$servers_folder/.fetch.XXXXXX") || return 1
        if ! (cd "$fetched" && { apt-get download --quiet "$@" || { update_package_lists; apt-get download --quiet "$@"; }; }) >"$fetched/log" 2>&1; then
            cat "$fetched/log" >&2
            rm -rf "$fetched"
            return 1
        fi
        local deb
        for deb in "$fetched"/*.deb; do dpkg-deb --extract "$deb" "$fetched/root" || { rm -rf "$fetched"; return 1; }; done
        # The servers leave root behind and must still reach their own programs.
        chmod 755 "$fetched/root"
        mv -T "$fetched/root" "$folder"
        rm -rf "$fetched"
    fi
    use_servers_from "$folder" "$name"
}

# The tests look at one fixed name, so that they also run without this script.
use_servers_from() {
    mkdir -p "$servers_folder"
    ln -sfnT "$1" "$servers_folder/$2"
}

libraries_of() {
    named_libraries_of "$@" || { update_package_lists; named_libraries_of "$@"; }
}

named_libraries_of() {
    apt-cache depends "$@" 2>/dev/null | awk '$1 == "Depends:" && $2 ~ /^lib/ { print $2 }' | sort -u | grep .
}

candidate_of() { apt-cache policy "$1" | awk '$1 == "Candidate:" { print $2 }'; }

is_installed() { [ "$(dpkg-query --show --showformat='${db:Status-Status}' "$1" 2>/dev/null)" = installed ]; }

# Once a run, and only as root: anyone else goes by the lists that are there.
update_package_lists() {
    [ -n "${package_lists_updated:-}" ] || [ "$(id -u)" -ne 0 ] && return 0
    package_lists_updated=yes
    apt-get update --quiet >/dev/null 2>&1 || echo "apt-get update failed; going on with the package lists at hand." >&2
}
