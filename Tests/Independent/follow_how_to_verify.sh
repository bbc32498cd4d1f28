#!/usr/bin/env bash
# Follows HOW-TO-VERIFY.md as an auditor would: follow_how_to_verify.sh BUNDLE.zip TRUST-FOLDER
#
# The commands are taken from Templates/bundle/HOW-TO-VERIFY.md, never from the bundle, and run in order in one bash and a temporary folder.
# Exit 0: every step is good. Exit 1: one is not, and the first such step is named. Exit 2: wrong usage. HOW_TO_VERIFY=FILE takes the commands from elsewhere.
set -u
if [ $# -ne 2 ] || [ ! -f "$1" ] || [ ! -d "$2" ]; then
  echo "usage: follow_how_to_verify.sh BUNDLE.zip TRUST-FOLDER" >&2
  exit 2
fi
page=${HOW_TO_VERIFY:-$(cd "$(dirname "$0")/../.." && pwd)/Templates/bundle/HOW-TO-VERIFY.md}
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
mkdir "$scratch/blocks" "$scratch/tmp"
awk -v folder="$scratch/blocks" '
  /^## [0-9]+\. / { title = substr($0, 4) }
  /^```bash$/ { inside = 1; count++; file = sprintf("%s/%02d", folder, count); print "# " title > file; next }
  /^```$/ { inside = 0; next }
  inside { print > file }
' "$page"
# Each block runs in the same shell. A block that prints nothing good, breaks off or finds a fault ends the check.
cat > "$scratch/run" <<'SCRIPT'
FAULTS=0
for block in "$BLOCKS"/*; do
  title=$(sed -n '1s/^# //p' "$block")
  echo "== $title"
  source "$block" > "$BLOCKS/../block.log" 2> "$BLOCKS/../block.err"
  cat "$BLOCKS/../block.log"
  if [ "$FAULTS" -ne 0 ] || ! grep -q '^GOOD ' "$BLOCKS/../block.log"; then
    echo "first step that is not good: $title"
    exit 1
  fi
done
[ "${title%%.*}" = 13 ] && echo "every step is good"
SCRIPT
BUNDLE=$(realpath "$1") TRUST=$(realpath "$2") BLOCKS=$scratch/blocks TMPDIR=$scratch/tmp bash --norc --noprofile "$scratch/run"
