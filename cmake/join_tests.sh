#!/bin/sh
# join_tests.sh OUTPUT FILE...: writes one source file with the tests of all FILEs, which compiles faster
# than each alone. The unnamed namespace of each file is put in a namespace of its own, so that the names
# of two files do not collide. Lines keep their file and number.
set -eu
output=$1
shift
number=0
for file; do
    number=$((number + 1))
    if [ "$(grep -cx 'namespace {' "$file")" != 1 ] ||
        [ "$(grep -cx '} // namespace' "$file")" != 1 ]; then
        echo "$file does not have one unnamed namespace any more: run cmake again" >&2
        rm -f "$output.new"
        exit 1
    fi
    printf '#line 1 "%s"\n' "$file"
    sed -e "s/^namespace {\$/namespace file_$number { namespace {/" \
        -e 's/^} \/\/ namespace$/}} \/\/ namespace/' "$file"
done >"$output.new"
mv "$output.new" "$output"
