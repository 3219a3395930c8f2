#!/usr/bin/env bash
# Builds the filters in this folder into dist/ and writes their checksums.
#
#   build.sh              build every filter
#   build.sh NAME...      build these (a folder's name)
#   build.sh --list       print what can be built
#   build.sh --check      compare dist/ with dist/SHA256SUMS, NOTICE and sbom.cdx.json with the lock files; builds nothing
#
# It installs nothing. What it needs, by language:
#   Rust   Debian 12's packages rustc-web, cargo-web, rust-web-src, lld-22 and wasi-libc
#          (apt-get install --no-install-recommends rustc-web cargo-web rust-web-src lld-22 wasi-libc).
#          They conflict with Debian's rustc and cargo. CARGO, RUSTC, WASM_LD and WASI_LIBC name others than theirs.
#   C      Debian 12's package clang, and WASM_LD as for Rust; CLANG names another.
#   Go     Go 1.24 or newer; GO names another than the first on the path.
#   AssemblyScript
#          Node.js with npm; the compilers come with each filter's own packages.
# README.md says which versions made the files that are committed.
set -euo pipefail
export LC_ALL=C
cd "$(dirname "${BASH_SOURCE[0]}")"

# folder : how it is built : the file that comes out
readonly filters=(
	add-header:rust:add_header.wasm
	api-key:as:api_key.wasm
	body-go:go:body_go.wasm
	body-rewrite:go:body_rewrite.wasm
	body-rust:rust:body_rust.wasm
	counter-go:go:counter_go.wasm
	counter-rust:rust:counter_rust.wasm
	ext-auth:rust:ext_auth.wasm
	feature-targeting:rust:feature_targeting.wasm
	headers-as-solo:as:headers_as_solo.wasm
	headers-as:as:headers_as.wasm
	headers-go:go:headers_go.wasm
	hello-world-abi-0-1-0:rust-2020:hello_world_abi_0_1_0.wasm
	hello-world:rust:hello_world.wasm
	probe-rust:rust:probe_rust.wasm
	rate-limit:rust:rate_limit.wasm
	redis-rust:rust:redis_rust.wasm
	replace-phrase:rust:replace_phrase.wasm
	signature-go:go:signature_go.wasm
	token-limit:rust:token_limit.wasm
	token-usage:rust:token_usage.wasm
	traps-c:c:traps_c.wasm
	traps-rust:rust-lines:traps_rust.wasm
)

fail() {
	echo "build.sh: $*" >&2
	exit 1
}

need() {
	command -v "$1" >/dev/null || fail "$1 is missing; the head of this script says what to install"
}

need_rust() {
	export CARGO=${CARGO:-/usr/bin/cargo} RUSTC=${RUSTC:-/usr/bin/rustc}
	WASM_LD=${WASM_LD:-wasm-ld-22}
	WASI_LIBC=${WASI_LIBC:-/usr/lib/wasm32-wasi}
	need "$CARGO"
	need "$RUSTC"
	need "$WASM_LD"
	[ -f "$WASI_LIBC/libc.a" ] || fail "$WASI_LIBC/libc.a is missing (package wasi-libc)"
	[ -d "$("$RUSTC" --print sysroot)/lib/rustlib/src/rust/library" ] ||
		fail "the sources of Rust's standard library are missing (package rust-web-src)"
	# No standard library for wasm32 is packaged, so it is built along; a stable compiler has to be told that it may.
	export RUSTC_BOOTSTRAP=1
	"$CARGO" fetch --locked --quiet
}

# cargo_build PACKAGE TARGET PROFILE RUSTC_FLAG...
cargo_build() {
	local package=$1 target=$2 profile=$3
	shift 3
	local flags=("-Clinker=$WASM_LD" "-Clinker-flavor=wasm-ld" "$@") sources
	# Trimmed paths still name the registry that a crate came from.
	for sources in "${CARGO_HOME:-$HOME/.cargo}"/registry/src/*; do
		flags+=("--remap-path-prefix=$sources=/crates")
	done
	CARGO_ENCODED_RUSTFLAGS=$(IFS=$'\x1f' && echo "${flags[*]}") "$CARGO" build --profile "$profile" --locked --quiet \
		--package "$package" --target "$target" \
		-Zbuild-std=std,panic_abort -Ztrim-paths --config "profile.$profile.trim-paths=\"all\""
}

build_rust() {
	need_rust
	cargo_build "$1" wasm32-wasip1 release "-L$WASI_LIBC"
	cp "target/wasm32-wasip1/release/$2" "dist/$2"
}

# With debug information of its own code. That of the standard library would be twenty times as large.
build_rust-lines() {
	need_rust
	cargo_build "$1" wasm32-unknown-unknown release-with-lines
	cp "target/wasm32-unknown-unknown/release-with-lines/$2" "dist/$2"
}

# As in 2020: no WASI, no instruction newer than the first version of WebAssembly, and an SDK that does not say
# which of its externs are imports.
build_rust-2020() {
	need_rust
	cargo_build "$1" wasm32-unknown-unknown release -Ctarget-cpu=mvp -Clink-arg=--allow-undefined
	cp "target/wasm32-unknown-unknown/release/$2" "dist/$2"
}

build_c() {
	local clang=${CLANG:-clang}
	need "$clang"
	need "${WASM_LD:=wasm-ld-22}"
	mkdir -p target
	(cd "$1" && "$clang" --target=wasm32 -O1 -gdwarf-5 -fdebug-compilation-dir=. -c -o "../target/$1.o" ./*.c)
	"$WASM_LD" --no-entry -o "dist/$2" "target/$1.o"
}

build_go() {
	local go=${GO:-go}
	need "$go"
	GOOS=wasip1 GOARCH=wasm GOFLAGS=-mod=readonly GOWORK=off GOTOOLCHAIN=local "$go" build \
		-buildmode=c-shared -trimpath -buildvcs=false -o "dist/$2" "./$1"
}

build_as() {
	need npm
	(cd "$1" && npm ci --ignore-scripts --no-audit --no-fund --silent && npm run --silent build)
	cp "$1/target/$2" "dist/$2"
}

build() {
	local filter name kind file
	for filter in "${filters[@]}"; do
		IFS=: read -r name kind file <<<"$filter"
		if [ "$name" = "$1" ]; then
			echo "$name -> dist/$file"
			"build_$kind" "$name" "$file"
			chmod 644 "dist/$file"
			return
		fi
	done
	fail "no filter is named $1; build.sh --list names them"
}

names() {
	printf '%s\n' "${filters[@]%%:*}"
}

check() {
	cd dist
	sha256sum --check --strict --quiet SHA256SUMS || fail "dist/ differs from dist/SHA256SUMS"
	diff <(printf '%s\n' *.wasm) <(sed 's/^[^ ]*  //' SHA256SUMS) || fail "dist/SHA256SUMS names other files than dist/ has"
	echo "dist/: $(wc -l <SHA256SUMS) files are what SHA256SUMS says"
	../licenses.py --check
}

case ${1-} in
--check)
	check
	;;
--list)
	names
	;;
-*)
	fail "no option is named $1"
	;;
*)
	mkdir -p dist
	[ $# -gt 0 ] || mapfile -t all < <(names)
	for name in "${@:-"${all[@]}"}"; do
		build "$name"
	done
	(cd dist && sha256sum -- *.wasm >SHA256SUMS)
	;;
esac
