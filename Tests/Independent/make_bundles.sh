#!/usr/bin/env bash
# Makes bundles with Dossier and the trust that belongs to them: make_bundles.sh DOSSIER FOLDER [small]
#
# In FOLDER afterwards: support-assistant-2026-q3.zip (RSA signer, RSA signature on the XML pack) and credit-scoring-2026-q3.zip (Ed25519 signer, P-256
# signer with a certificate chain, P-256 signature on the XML pack, consistency with the other one's checkpoint), both timestamped; trust folders as
# HOW-TO-VERIFY.md describes them and trust files for `dossier verify`, under trust/BUNDLE; keys/, private keys and an authority for tests.
# rewritten/ has the latter bundle with a log that was rewritten, signed with the true keys.
# `small` leaves out most of the sample's records, so that a check of the bundle takes seconds. Works without a network; nothing here protects anything.
set -euo pipefail
if [ $# -lt 2 ] || [ ! -x "$1" ]; then
  echo "usage: make_bundles.sh DOSSIER FOLDER [small]" >&2
  exit 2
fi
dossier=$(realpath "$1")
here=$(cd "$(dirname "$0")" && pwd)
mkdir -p "$2/keys"
cd "$2"
out=$PWD
export DOSSIER_PASSPHRASE=demo LC_ALL=C
seed=(--demonstration-seed demo)
quietly() { "$@" > "$out/log" 2>&1 || { code=$?; echo "failed with $code: $*" >&2; tail -n 20 "$out/log" >&2; exit 1; }; }

# An authority: a root, one who issues certificates, and a timestamp authority.
ca() (
  cd "$out/keys"
  for name in root issuer tsa; do quietly openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out "$name.key"; done
  quietly openssl req -x509 -new -key root.key -sha256 -days 3650 -subj "/O=Example Test/CN=Example Test Root" \
    -addext basicConstraints=critical,CA:TRUE -addext keyUsage=critical,keyCertSign,cRLSign -out root.pem
  printf 'basicConstraints=critical,CA:TRUE,pathlen:0\nkeyUsage=critical,keyCertSign,cRLSign\n' > issuer.ext
  printf 'basicConstraints=critical,CA:FALSE\nkeyUsage=critical,digitalSignature\nextendedKeyUsage=critical,timeStamping\n' > tsa.ext
  for name in issuer tsa; do
    quietly openssl req -new -key "$name.key" -subj "/O=Example Test/CN=Example Test $name" -out "$name.csr"
    quietly openssl x509 -req -in "$name.csr" -CA root.pem -CAkey root.key -CAcreateserial -days 1825 -sha256 -extfile "$name.ext" -out "$name.pem"
  done
  printf '01\n' > tsa.serial
  printf '%s\n' '[one]' serial=./tsa.serial crypto_device=builtin signer_cert=./tsa.pem signer_key=./tsa.key signer_digest=sha256 \
    default_policy=1.2.3.4.1 digests=sha256 accuracy=secs:1 ordering=no tsa_name=yes ess_cert_id_chain=no ess_cert_id_alg=sha256 > tsa.cnf
)

# certify PUBLIC.pem NAME: NAME.chain with the signer's certificate and its issuer's.
certify() (
  cd "$out/keys"
  printf 'basicConstraints=critical,CA:FALSE\nkeyUsage=critical,digitalSignature,nonRepudiation\nextendedKeyUsage=emailProtection\n' > leaf.ext
  quietly openssl x509 -new -force_pubkey "$1" -subj "/O=Example Test/CN=$2" -CA issuer.pem -CAkey issuer.key -CAcreateserial -days 825 -sha256 \
    -extfile leaf.ext -out leaf.pem
  cat leaf.pem issuer.pem > "$2.chain"
)

workspace() {
  rm -rf "$out/workspace"
  cp -R "$here/../../Evidence/lakehead" "$out/workspace"
  cd "$out/workspace"
  sed -i '/^signing:/,$d' dossier.yaml
  cat >> dossier.yaml <<'POLICY'
signing:
  four-eyes: true
  required:
    - { over: bundle, role: compliance-officer }
    - { over: bundle, role: chief-risk-officer }
    - { over: bundle, role: timestamp }
    - { over: checkpoint, role: log }
    - { over: pack, role: compliance-officer }
    - { over: pack-xml, role: chief-risk-officer }
POLICY
  if [ "$1" = small ]; then
    find evidence/credit-scoring/logs -type f ! -name '2026-W27.*' -delete
    (cd evidence/credit-scoring && rm -rf fairness lineage model monitoring technical-file validation oversight)
    find evidence/organisation -type f ! -path '*suppliers*' -delete
    find evidence/support-assistant -type f ! -name '*.md' ! -name '*.md.evidence.yaml' -delete
  fi
}

# stamp BUNDLE.zip: asks the authority for a timestamp and puts it into the bundle.
stamp() {
  mv "$1" "$1.unstamped"
  if "$dossier" timestamp --help 2> /dev/null | grep -q attach; then
    quietly "$dossier" timestamp request "$1.unstamped" -o "$out/keys/request.tsq"
    (cd "$out/keys" && quietly openssl ts -reply -config tsa.cnf -section one -queryfile request.tsq -out reply.tsr)
    quietly "$dossier" timestamp attach "$1.unstamped" --response "$out/keys/reply.tsr" --authority "$out/keys/root.pem" -o "$1"
  else
    (cd "$here" && python3 -c '
import sys; from pathlib import Path; from bundle_edits import ENVELOPE, STAMP, Bundle, timestamp
bundle = Bundle(sys.argv[1])
bundle[STAMP] = timestamp(bundle[ENVELOPE], Path(sys.argv[3]))
Path(sys.argv[2]).write_bytes(bundle.zip())' "$1.unstamped" "$1" "$out/keys")
  fi
  rm "$1.unstamped"
}

# trust BUNDLE: the parts of the trust folder that both bundles share.
trust() {
  local folder=$out/trust/$1
  mkdir -p "$folder/signers/compliance-officer" "$folder/signers/chief-risk-officer" "$folder/authorities/chief-risk-officer" "$folder/timestamp-authorities"
  echo "$1" > "$folder/bundle-id"
  "$dossier" keys list | sed -n 's/.*verifier key: //p' > "$folder/log.vkey"
  printf '%s\n' four-eyes 'bundle compliance-officer 1' 'bundle chief-risk-officer 1' 'bundle timestamp 1' 'checkpoint log 1' \
    'pack compliance-officer 1' 'pack-xml chief-risk-officer 1' > "$folder/policy"
  cp keys/claire.pem "$folder/signers/compliance-officer/claire-beaudoin.pem"
  cp "$out/keys/root.pem" "$folder/timestamp-authorities/example-test-root.pem"
  quietly "$dossier" keys trust --file "$folder.yaml" --key keys/claire.pem --person 'Claire Beaudoin' --role compliance-officer \
    --over bundle --over pack --four-eyes
  quietly "$dossier" keys trust --file "$folder.yaml" --log "$(cat "$folder/log.vkey")"
}

# finish BUNDLE AUTHORITY: what `keys trust` has no words for.
finish() {
  local place=$out/trust/$1.yaml
  {
    sed '/^policy:/,$d' "$place"
    if [ "$2" = yes ]; then printf 'authorities:\n  - roles: [chief-risk-officer]\n    certificate: |\n'; sed 's/^/      /' "$out/keys/root.pem"; fi
    printf 'timestamp-authorities:\n  - certificate: |\n'; sed 's/^/      /' "$out/keys/root.pem"
    sed -n '/^policy:/,$p' "$place"
    printf '    - { over: bundle, role: chief-risk-officer, threshold: 1 }\n    - { over: bundle, role: timestamp, threshold: 1 }\n'
    printf '    - { over: pack-xml, role: chief-risk-officer, threshold: 1 }\n'
  } > "$place.new"
  sed -i "s/^trust: 1$/trust: 1\nbundle: $1/" "$place.new"
  mv "$place.new" "$place"
}

ca
workspace "${3:-all}"
for key in ledger claire 'ingrid --algorithm p256' 'marc --algorithm rsa'; do
  # shellcheck disable=SC2086  # the words are arguments
  quietly "$dossier" keys new $key "${seed[@]}"
done
certify "$PWD/keys/ingrid.pem" "Ingrid Solheim"
# The sample holds a file that cannot be read, so this may end with 5 (incomplete).
"$dossier" collect --at 2026-10-05T09:00:00Z "${seed[@]}" > "$out/log" 2>&1 || [ $? -eq 5 ]

issue() { # SYSTEM TIME ARGUMENTS of pack and export
  local system=$1 at=$2; shift 2
  "$dossier" pack --system "$system" --period 2026-Q3 --issue --at "$at" "${seed[@]}" "${signers[@]}" > "$out/log" 2>&1 || [ $? -eq 5 ] ||\
    { cat "$out/log"; exit 1; }
  quietly "$dossier" export --system "$system" --period 2026-Q3 --at "$at" "${seed[@]}" "${signers[@]}" "$@" -o "$out/$system-2026-q3.zip"
  stamp "$out/$system-2026-q3.zip"
}
signers=(--key claire --key marc)
issue support-assistant 2026-10-06T09:00:00Z
unzip -p "$out/support-assistant-2026-q3.zip" '*/ledger/checkpoint' > "$out/earlier-checkpoint"
trust support-assistant-2026-q3
cp keys/marc.pem "$out/trust/support-assistant-2026-q3/signers/chief-risk-officer/marc-tremblay.pem"
quietly "$dossier" keys trust --file "$out/trust/support-assistant-2026-q3.yaml" --key keys/marc.pem --person 'Marc Tremblay' --role chief-risk-officer
finish support-assistant-2026-q3 no

signers=(--key claire --key ingrid --chain "$out/keys/Ingrid Solheim.chain")
issue credit-scoring 2026-10-06T10:00:00Z --since "$out/earlier-checkpoint"
trust credit-scoring-2026-q3
cp "$out/keys/root.pem" "$out/trust/credit-scoring-2026-q3/authorities/chief-risk-officer/example-test-root.pem"
cp "$out/earlier-checkpoint" "$out/trust/credit-scoring-2026-q3/previous-checkpoint"
finish credit-scoring-2026-q3 yes
cp keys/private/*.key "$out/keys/"

# The log once more from its beginning with another past, and everything signed with the true keys.
mkdir -p "$out/rewritten"
rm -rf locker packs
"$dossier" collect --at 2026-10-05T08:00:00Z "${seed[@]}" > "$out/log" 2>&1 || [ $? -eq 5 ]
true_out=$out out=$out/rewritten
ln -sfn ../keys "$out/keys"
issue credit-scoring 2026-10-06T10:00:00Z
out=$true_out
echo "$out: $(cd "$out" && ls -s --block-size=k ./*.zip | tr '\n' ' ')"
