#!/usr/bin/env bash
# Has every independent tool at hand check bundles that Dossier just made, and edits of them: check_bundle.sh DOSSIER [FOLDER]
#
# Makes the bundles of the whole sample and of a small part of it (make_bundles.sh), asks each tool about the former, and prints the table of edits
# (tamper.py) of the latter. Bundles and table stay in FOLDER; without one they are gone afterwards. A tool that is not installed is skipped and
# named. Exit 0: every tool accepts every good bundle, and the page and Dossier see every edit; 1: not; 2: wrong usage. NO_TAMPER=1 leaves the table out.
set -u
if [ $# -lt 1 ] || [ ! -x "$1" ]; then
  echo "usage: check_bundle.sh DOSSIER [FOLDER]" >&2
  exit 2
fi
dossier=$(realpath "$1")
here=$(cd "$(dirname "$0")" && pwd)
if [ $# -gt 1 ]; then mkdir -p "$2" && folder=$(realpath "$2"); else folder=$(mktemp -d) && trap 'rm -rf "$folder"' EXIT; fi
export DOSSIER_PASSPHRASE=demo LC_ALL=C PYTHONDONTWRITEBYTECODE=1
refused=0

has() { command -v "$1" > /dev/null; }
has_python() { python3 -c "import $1" 2> /dev/null; }
# says NAME VERSION COMMAND…: one line with what the tool said.
says() {
  local name=$1 version=$2
  shift 2
  if "$@" > "$folder/said" 2>&1; then echo "good     $name ($version)"; else
    refused=$((refused + 1))
    echo "REFUSED  $name ($version)"
    head -n 20 "$folder/said" | cat -v
  fi
}
skipped() { echo "skipped: $1 is not installed"; }

opened() { # the envelope in the current folder as what was signed, and each signature
  python3 - "$folder/parts" <<'PYTHON'
import base64, json, sys
envelope = json.load(open("signatures/bundle.dsse.json"))
body, kind = base64.b64decode(envelope["payload"]), envelope["payloadType"].encode()
open(sys.argv[1] + "/pae", "wb").write(b"DSSEv1 %d %s %d %s" % (len(kind), kind, len(body), body))
for signature in envelope["signatures"]:
    open(f"{sys.argv[1]}/{signature['keyid']}.sig", "wb").write(base64.b64decode(signature["sig"]))
    for number, der in enumerate(signature.get("x5c", [])):
        open(f"{sys.argv[1]}/{signature['keyid']}.{number}.der", "wb").write(base64.b64decode(der))
PYTHON
}
key_id() { openssl pkey -pubin -in "$1" -outform DER | sha256sum | cut -c1-64; }
sums() { sha256sum -c --strict --quiet manifest-sha256.txt && sha256sum -c --strict --quiet tagmanifest-sha256.txt; }
signed() { # KEY: the statement's signature with that key
  local signature
  signature=$folder/parts/$(key_id "$1").sig
  if openssl pkey -pubin -in "$1" -noout -text | grep -q ED25519; then
    openssl pkeyutl -verify -pubin -inkey "$1" -rawin -in "$folder/parts/pae" -sigfile "$signature"
  else openssl dgst -sha256 -verify "$1" -signature "$signature" "$folder/parts/pae"; fi
}
chained() { # LEAF.der ROOT.pem: the certificates between lie beside the leaf
  local der
  for der in "${1%.0.der}".*.der; do openssl x509 -inform DER -in "$der"; done > "$folder/parts/chain.pem"
  openssl x509 -inform DER -in "$1" -out "$folder/parts/leaf.pem"
  openssl verify -no-CApath -no-CAstore -CAfile "$2" -untrusted "$folder/parts/chain.pem" "$folder/parts/leaf.pem"
}
threshold() { # KEY…: securesystemslib, every key must have signed
  python3 - "$@" <<'PYTHON'
import json, sys
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key
from securesystemslib.dsse import Envelope
from securesystemslib.signer import SSlibKey
sys.path.insert(0, __import__("os").environ["HERE"])
from verify_dsse import key_id
keys = [load_pem_public_key(open(path, "rb").read()) for path in sys.argv[1:]]
envelope = Envelope.from_dict(json.load(open("signatures/bundle.dsse.json")))
found = [
    SSlibKey.from_crypto(key, key_id(key), "rsa-pkcs1v15-sha256" if isinstance(key, RSAPublicKey) else None) for key in keys]
envelope.verify(found, len(keys))
PYTHON
}
notes() { # VKEY: checkpoint, proofs and consistency
  local words=() name
  for name in ledger/entries/*.json; do
    name=$(basename "$name" .json)
    words+=(--proof "ledger/proofs/$name.tlog-proof" --entry "ledger/entries/$name.json")
  done
  if [ -f ledger/since ]; then words+=(--since ledger/since --old "$folder/all/earlier-checkpoint"); fi
  python3 "$here/verify_notes.py" --vkey "$1" ledger/checkpoint "${words[@]}"
}

# examine SYSTEM: all tools on one good bundle.
examine() {
  local bundle=$1-2026-q3 trust=$folder/all/trust/$1-2026-q3 key keys=() roots=() leaf openssl_version
  echo "$bundle.zip, $(stat -c %s "$folder/all/$bundle.zip") bytes"
  rm -rf "$folder/open" "$folder/parts"
  mkdir "$folder/open" "$folder/parts"
  unzip -q "$folder/all/$bundle.zip" -d "$folder/open" && cd "$folder/open/$bundle" || { refused=$((refused + 1)); return; }
  if has bagit.py; then says "bagit.py --validate" "$(bagit.py --version 2>&1)" bagit.py --quiet --validate .; else skipped bagit.py; fi
  says "sha256sum -c --strict" "$(sha256sum --version | head -n 1)" sums
  if has openssl; then
    openssl_version=$(openssl version | cut -d' ' -f1,2)
    opened
    for leaf in "$folder"/parts/*.0.der; do
      if [ -f "$leaf" ]; then
        says "openssl verify, the chain of a signer" "$openssl_version" chained "$leaf" "$folder/all/keys/root.pem"
        openssl x509 -in "$folder/parts/leaf.pem" -noout -pubkey > "$folder/parts/leaf.pub"
        keys+=("$folder/parts/leaf.pub")
        roots+=(--root "$folder/all/keys/root.pem")
      fi
    done
    keys+=("$trust"/signers/*/*.pem)
    for key in "${keys[@]}"; do
      says "openssl pkeyutl/dgst -verify, $(openssl pkey -pubin -in "$key" -noout -text | head -n 1 | tr -d ':')" "$openssl_version" signed "$key"
    done
    says "openssl ts -verify" "$openssl_version" \
      openssl ts -verify -data signatures/bundle.dsse.json -in signatures/bundle.tsr -CAfile "$folder/all/keys/root.pem"
  else skipped openssl; fi
  if has xmlsec1; then
    if [ -f "$folder/parts/leaf.pub" ]; then key=$folder/parts/leaf.pub; else key=$(echo "$trust"/signers/chief-risk-officer/*.pem); fi
    says "xmlsec1 --verify" "$(xmlsec1 --version | cut -d' ' -f1,2)" \
      xmlsec1 --verify --enabled-reference-uris empty --enabled-key-data key-name --pubkey-pem "$key" data/pack/report.xml
    if [ -f "$folder/parts/leaf.pub" ]; then
      says "xmlsec1 --verify, by the root certificate" "$(xmlsec1 --version | cut -d' ' -f1,2)" \
        xmlsec1 --verify --enabled-reference-uris empty --enabled-key-data x509 --trusted-pem "$folder/all/keys/root.pem" data/pack/report.xml
    fi
  else skipped xmlsec1; fi
  if has xmllint; then
    says "xmllint --schema" "$(xmllint --version 2>&1 | head -n 1 | sed 's/.*using //')" \
      xmllint --nonet --noout --schema data/pack/pack.xsd data/pack/report.xml
  else skipped xmllint; fi
  if has_python securesystemslib; then
    HERE=$here says "securesystemslib, threshold ${#keys[@]}" "$(python3 -c 'import securesystemslib as s; print(s.__version__)')" threshold "${keys[@]}"
  else skipped securesystemslib; fi
  if has_python cryptography; then
    local words=()
    for key in "${keys[@]}"; do case $key in */leaf.pub) ;; *) words+=(--key "$key") ;; esac; done
    says "verify_dsse.py" "$(python3 --version)" python3 "$here/verify_dsse.py" signatures/bundle.dsse.json \
      "${words[@]}" "${roots[@]}" --threshold "${#keys[@]}" --subject tagmanifest-sha256.txt
    says "verify_notes.py" "$(python3 --version)" notes "$(cat "$trust/log.vkey")"
  else skipped "cryptography for Python"; fi
  if has openssl && has xmllint && has xmlsec1 && has xxd; then
    says "HOW-TO-VERIFY.md, all thirteen steps" "bash ${BASH_VERSION%%(*}" "$here/follow_how_to_verify.sh" "$folder/all/$bundle.zip" "$trust"
  else skipped "a tool of HOW-TO-VERIFY.md"; fi
  says "dossier verify" "$("$dossier" --version)" "$dossier" verify --trust "$trust.yaml" "$folder/all/$bundle.zip"
  cd "$here" || exit 1
}

"$here/make_bundles.sh" "$dossier" "$folder/all" all || exit 1
examine credit-scoring
examine support-assistant
if [ -z "${NO_TAMPER:-}" ]; then
  if has_python securesystemslib && has_python cryptography && has bagit.py && has xmlsec1 && has xmllint; then
    "$here/make_bundles.sh" "$dossier" "$folder/small" small || exit 1
    python3 "$here/tamper.py" "$folder/small/credit-scoring-2026-q3.zip" --trust "$folder/small/trust/credit-scoring-2026-q3" \
      --other "$folder/small/support-assistant-2026-q3.zip" --rewritten "$folder/small/rewritten/credit-scoring-2026-q3.zip" --keys "$folder/small/keys" \
      --dossier "$dossier" --trust-file "$folder/small/trust/credit-scoring-2026-q3.yaml" "--dossier-option=--since=$folder/small/earlier-checkpoint" \
      | tee "$folder/tamper.md"
    [ "${PIPESTATUS[0]}" -eq 0 ] || refused=$((refused + 1))
  else skipped "a tool of the table of edits"; fi
fi
if [ "$refused" -ne 0 ]; then echo "$refused refused"; exit 1; fi
echo "all good"
