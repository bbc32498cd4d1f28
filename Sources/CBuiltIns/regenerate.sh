#!/bin/sh
# Writes index.inc: one entry for each file under Frameworks/ and Templates/, in byte order. Run it after adding or removing a file there.
set -eu
cd "$(dirname "$0")/../.."
LC_ALL=C
export LC_ALL
out=Sources/CBuiltIns/index.inc
{
    echo "/* Written by regenerate.sh; a test compares it with the folders. */"
    n=0
    list=$(find Frameworks Templates -type f ! -name '.*' ! -name README.md | sort)
    for file in $list; do
        [ -s "$file" ] || continue
        printf 'static const unsigned char f%d[] = {\n#embed "../../%s"\n};\n' "$n" "$file"
        n=$((n + 1))
    done
    echo "static const cb_file files[] = {"
    n=0
    for file in $list; do
        [ -s "$file" ] || continue
        printf '    {"%s", f%d, sizeof f%d},\n' "$file" "$n" "$n"
        n=$((n + 1))
    done
    echo "};"
} > "$out.new"
if cmp -s "$out" "$out.new"; then rm "$out.new"; else mv "$out.new" "$out"; fi
