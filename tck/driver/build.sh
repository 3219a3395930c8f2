#!/usr/bin/env bash
#
# Builds the driver guest with clang and lld of LLVM 14 (Debian's packages clang-14 and lld-14), each
# variant a module of its own. With --check builds elsewhere and compares with what is committed.

set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"

readonly OUTPUT=${1:-.}
[[ $OUTPUT != --check ]] || {
	directory=$(mktemp -d)
	trap 'rm -rf "$directory"' EXIT
	./build.sh "$directory"
	(cd "$directory" && sha256sum --check --quiet) <SHA256SUMS
	echo 'The modules are those that the sources give.'
	exit
}

# variant NAME [FLAG…]
variant() {
	local name=$1
	shift
	clang-14 --target=wasm32 -Os -nostdlib -ffreestanding -fno-builtin -Wall -Wextra -Werror -Wno-unused-function \
		-fuse-ld=/usr/bin/wasm-ld-14 -Wl,--no-entry -Wl,--strip-all -Wl,-z,stack-size=65536 \
		"$@" -o "$OUTPUT/$name.wasm" driver.c
}

variant driver
variant driver-headers -DNO_BODIES
variant driver-trailers -DONLY_TRAILERS
variant driver-0.1.0 -DABI_0_1_0
variant driver-0.2.0 -DABI_0_2_0
variant driver-0.3.0 -DABI_0_3_0
variant driver-probe -DPROBE
variant driver-wasi -DFILES
if [[ $OUTPUT == . ]]; then
	sha256sum driver*.wasm >SHA256SUMS
fi
