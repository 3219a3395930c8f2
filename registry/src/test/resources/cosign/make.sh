#!/usr/bin/env bash
#
# Makes the files beside it with the real cosign, against a registry without TLS that may
# be thrown away:
#
#   ./mvnw -pl packer -am package -DskipTests
#   registry/src/test/resources/cosign/make.sh localhost:5000
#
# Private keys are made for the occasion and thrown away. Written with cosign 2.6.1.

set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

readonly REGISTRY=$1
readonly PACKER=../../../../../packer/target/gateway-wasm-packer.jar
readonly ACCEPT='accept: application/vnd.oci.image.manifest.v1+json, application/vnd.oci.image.index.v1+json'
keys=$(mktemp -d)
trap 'rm -rf "$keys"' EXIT
export COSIGN_PASSWORD=

get() {
	curl -fsS -H "$ACCEPT" "http://$REGISTRY/v2/$1"
}

digest_in() {
	grep -o "\"digest\":\"sha256:[0-9a-f]*\"" | sed -n "$1"'s/.*"\(sha256:.*\)"/\1/p'
}

make_keys() {
	(cd "$keys" && cosign generate-key-pair --output-key-prefix ecdsa && cosign generate-key-pair --output-key-prefix other)
	openssl genpkey -algorithm ed25519 -out "$keys/ed25519.pem"
	cosign import-key-pair --key "$keys/ed25519.pem" --output-key-prefix "$keys/ed25519" -y
	cp "$keys"/{ecdsa,ed25519,other}.pub .
}

sign() {
	local key=$1 repository=cosign-$1 image hex
	printf '\0asm\1\0\0\0' >"$keys/empty.wasm"
	image=$(java -jar "$PACKER" "$keys/empty.wasm" "oci://$REGISTRY/$repository:v1" --insecure | sed 's/.*@//')
	hex=${image#sha256:}
	get "$repository/manifests/v1" >image.json
	cosign sign --key "$keys/$key.key" --tlog-upload=false -y --allow-insecure-registry "$REGISTRY/$repository@$image"
	cosign sign --key "$keys/$key.key" --tlog-upload=false -y --allow-insecure-registry --new-bundle-format "$REGISTRY/$repository@$image"
	get "$repository/manifests/sha256-$hex.sig" >"$key-signature-manifest.json"
	get "$repository/blobs/$(digest_in 2 <"$key-signature-manifest.json")" >"$key-signature.json"
	get "$repository/manifests/sha256-$hex" >"$key-referrers.json"
	get "$repository/manifests/$(digest_in 1 <"$key-referrers.json")" >"$key-bundle-manifest.json"
	get "$repository/blobs/$(digest_in 2 <"$key-bundle-manifest.json")" >"$key-bundle.json"
}

make_keys
sign ecdsa
sign ed25519
