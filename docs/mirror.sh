#!/bin/sh
# Keep a folder like a publication: its catalogue, and the dumps that the catalogue names.
#
#     sh mirror.sh CATALOGUE FOLDER [PATTERN]
#
# CATALOGUE is the address of a DCAT catalogue in N-Triples, such as https://example.org/catalog.nt;
# PATTERN says which dumps, such as 'all.*.gz' (all of them). Needs curl and awk.
#
# A dump is fetched if the file here has not the SHA-256 that the catalogue tells. What breaks
# off is resumed the next time. Nothing is replaced before all that is new is here and whole,
# and the catalogue is replaced last of all, so it never names what is not there.
set -eu
[ $# -ge 2 ] || { echo "usage: sh mirror.sh CATALOGUE FOLDER [PATTERN]" >&2; exit 2; }
catalogue=$1 pattern=${3:-*}
mkdir -p "$2/.part"
cd "$2"

fail() { echo "mirror.sh: $*" >&2; exit 1; }

get() { # OPTION… ADDRESS
    curl --silent --show-error --fail --globoff --location --proto =http,https --retry 2 "$@"
}

sha_256() { # FILE
    { sha256sum "$1" 2>/dev/null || shasum -a 256 "$1"; } | cut -c 1-64
}

is_whole() { # SHA-256 FILE
    [ -f "$2" ] && [ "$(sha_256 "$2")" = "$1" ]
}

dumps() { # CATALOGUE: a line of SHA-256 and address for each dump in it
    awk '
        $2 == "<http://www.w3.org/ns/dcat#downloadURL>" { url[$1] = substr($3, 2, length($3) - 2) }
        $2 == "<http://spdx.org/rdf/terms#checksum>" { sum[$1] = $3 }
        $2 == "<http://spdx.org/rdf/terms#checksumValue>" { split($3, part, "\""); hex[$1] = part[2] }
        END { for (each in url) if (sum[each] in hex) print hex[sum[each]], url[each] }
    ' "$1" | sort
}

# The catalogue, unless it is the one that is here.
[ -f .part/etag ] || : >.part/etag
[ -f catalog.nt ] || : >.part/etag
status=$(get --compressed --etag-compare .part/etag --etag-save .part/etag.new \
    --output .part/catalog.nt --write-out '%{http_code}' "$catalogue")
[ "$status" = 304 ] && cp catalog.nt .part/catalog.nt
dumps .part/catalog.nt >.part/list
[ -s .part/list ] || fail "$catalogue names no dump with a SHA-256"

# What is new, each under its SHA-256, so that only parts of the same file are joined.
: >.part/names
while read -r sha url; do
    name=${url##*/}
    case $name in
        '' | .* | -* | *[!A-Za-z0-9._-]* | catalog.nt) fail "$url: not the name of a file" ;;
        $pattern) ;;
        *) continue ;;
    esac
    case $sha in *[!0-9a-f]* | '') fail "$url: $sha is not a SHA-256" ;; esac
    grep -qxF "$name" .part/names && fail "$url: there are two dumps of this name"
    echo "$name" >>.part/names
    is_whole "$sha" "$name" || is_whole "$sha" ".part/$sha" && continue
    get --continue-at - --output ".part/$sha" "$url" || fail "$name broke off; run this again"
    is_whole "$sha" ".part/$sha" && continue
    rm -f ".part/$sha"
    fail "$name is not what the catalogue tells; there may be a new release: run this again"
done <.part/list

# All is here: from now on files only change their names.
while read -r sha url; do
    if [ -f ".part/$sha" ] && grep -qxF "${url##*/}" .part/names; then
        mv ".part/$sha" "${url##*/}"
    fi
done <.part/list
if [ "$status" != 304 ]; then
    if [ -f catalog.nt ]; then # what it named and is no more
        dumps catalog.nt | while read -r _ url; do
            name=${url##*/}
            case $name in '' | .* | -* | *[!A-Za-z0-9._-]* | catalog.nt) continue ;; esac
            grep -q "/$name\$" .part/list || rm -f "$name"
        done
    fi
    mv .part/catalog.nt catalog.nt
    mv .part/etag.new .part/etag
fi
find .part -type f ! -name etag -exec rm -f {} +
