#!/usr/bin/env python3
"""Writes what is inside the built filters, with its licenses: NOTICE and sbom.cdx.json.

    licenses.py            write both anew
    licenses.py --check    compare them with the lock files and with dist/; needs neither network nor toolchains

What is written comes from cargo's metadata, the go command and the lock files of npm, the texts of licenses from the
packages themselves, so that cargo, go, and npm with its packages (npm ci) are needed. They are CycloneDX's JSON and plain
text, the same for the same lock files.
"""

import hashlib
import json
import os
import pathlib
import re
import subprocess
import sys
import urllib.parse

HERE = pathlib.Path(__file__).resolve().parent
NOTICE = HERE / "NOTICE"
SBOM = HERE / "sbom.cdx.json"
LICENSE_FILE = re.compile(r"(LICEN[CS]E|COPYING|NOTICE|COPYRIGHT)", re.IGNORECASE)
# Given once, in the repository's own LICENSE.
APACHE = re.compile(r"^\s*Apache License\s+Version 2\.0, January 2004")

RUST, RUST_2020 = "wasm32-wasip1", "wasm32-unknown-unknown"
KINDS = {"rust": RUST, "rust-2020": RUST_2020, "rust-lines": RUST_2020}

# What no lock file names: README.md says which versions made the files.
STANDARD = {
    "rust": [("rust-std", "1.96.0", "MIT OR Apache-2.0"), ("wasi-libc", "0.0~git20220510.9886d3d",
             "CC0-1.0 AND MIT AND BSD-2-Clause")],
    "rust-2020": [("rust-std", "1.96.0", "MIT OR Apache-2.0")],
    "go": [("go-std", "1.26.8", "BSD-3-Clause")],
    "rust-lines": [("rust-std", "1.96.0", "MIT OR Apache-2.0")],
    "as": [],
    "c": [],
}
# With Debian's package; the same holds for the parts of musl.
WASI_LIBC = pathlib.Path("/usr/share/doc/wasi-libc/copyright")
NPM_INSIDE = ("assemblyscript", "@assemblyscript/wasi-shim", "@gcoredev/proxy-wasm-sdk-as", "@solo-io/proxy-runtime")


def run(*command, **environment):
    return subprocess.run(command, cwd=HERE, env=os.environ | environment, check=True, text=True,
                          stdout=subprocess.PIPE).stdout


def filters():
    """Gives the folder, kind and file of each filter, as build.sh has them."""
    for line in re.search(r"readonly filters=\((.*?)\)", (HERE / "build.sh").read_text(), re.S).group(1).split():
        yield line.split(":")


def locked_crates():
    found = set()
    for package in re.split(r"^\[\[package\]\]$", (HERE / "Cargo.lock").read_text(), flags=re.M)[1:]:
        field = dict(re.findall(r'^(\w+) = "(.*)"$', package, re.M))
        if "source" in field:
            found.add(purl("cargo", field["name"], field["version"]))
    return found


def locked_modules():
    required = re.findall(r"^(?:require )?\s*([\w./-]+\.[\w./-]+) (v\S+)", (HERE / "go.mod").read_text(), re.M)
    return {purl("golang", name, version) for name, version in required}


def locked_packages():
    """Gives reference, filter's folder, path in it, name and facts of each package of npm."""
    for lock in sorted(HERE.glob("*/package-lock.json")):
        for path, package in json.loads(lock.read_text())["packages"].items():
            if path:
                name = path.rpartition("node_modules/")[2]
                yield purl("npm", name, package["version"]), lock.parent, path, name, package


def purl(kind, name, version):
    parts = "/".join(urllib.parse.quote(part, safe="") for part in name.split("/"))
    return f"pkg:{kind}/{parts}@{urllib.parse.quote(version, safe='')}"


def component(reference, name, version, license_expression, inside, texts=()):
    return {"reference": reference, "name": name, "version": version, "license": license_expression.strip().replace("/", " OR "),
            "inside": inside, "texts": list(texts)}


def texts_of(folder):
    return [path.read_text(errors="replace").strip() for path in sorted(pathlib.Path(folder).iterdir())
            if path.is_file() and LICENSE_FILE.match(path.name)]


def crates_of(package, target):
    lines = run("cargo", "tree", "--locked", "--package", package, "--target", target, "--edges", "normal,no-proc-macro",
                "--prefix", "none", "--format", "{p}").splitlines()
    return {purl("cargo", *match.groups()) for match in map(re.compile(r"(\S+) v(\S+)(?: \(\*\))?$").match, lines) if match}


def collect():
    """Gives all components by their package URL, and the components of each built file."""
    components, contents = {}, {}
    for name, kind, built in filters():
        contents[built] = {f"pkg:generic/{part}@{urllib.parse.quote(version)}" for part, version, _ in STANDARD[kind]}
        for part, version, expression in STANDARD[kind]:
            reference = f"pkg:generic/{part}@{urllib.parse.quote(version)}"
            texts = []
            if part == "go-std":
                texts = texts_of(run("go", "env", "GOROOT").strip())
            elif part == "wasi-libc":
                texts = [WASI_LIBC.read_text().strip()]
            components[reference] = component(reference, part, version, expression, True, texts)
        if kind in KINDS:
            contents[built] |= crates_of(name, KINDS[kind])
        elif kind == "go":
            used = run("go", "list", "-deps", "-f", "{{with .Module}}{{.Path}} {{.Version}} {{.Dir}}{{end}}", f"./{name}",
                       GOOS="wasip1", GOARCH="wasm", GOFLAGS="-mod=readonly", GOWORK="off")
            for module, version, folder in {tuple(line.split(" ")) for line in used.splitlines() if line}:
                if version:
                    reference = purl("golang", module, version)
                    contents[built].add(reference)
                    texts = texts_of(folder)
                    if not any(map(APACHE.match, texts)):
                        sys.exit(f"licenses.py: {module} is not under the Apache License; teach this script its license")
                    components[reference] = component(reference, module, version, "Apache-2.0", True, texts)
        else:
            for reference, folder, _, package, _ in locked_packages():
                if package in NPM_INSIDE and folder.name == name:
                    contents[built].add(reference)
    inside = set().union(*contents.values())
    for package in json.loads(run("cargo", "metadata", "--locked", "--format-version", "1"))["packages"]:
        if package["source"]:
            reference = purl("cargo", package["name"], package["version"])
            components[reference] = component(reference, package["name"], package["version"], package["license"],
                                              reference in inside, texts_of(pathlib.Path(package["manifest_path"]).parent))
    for reference, folder, path, package, facts in locked_packages():
        if reference in inside and not (folder / path).is_dir():
            sys.exit(f"licenses.py: {folder.name}/{path} is missing; run 'npm ci --ignore-scripts' in {folder.name}")
        components[reference] = component(reference, package, facts["version"], facts["license"], reference in inside,
                                          texts_of(folder / path) if reference in inside else [])
    return components, contents


def checksums():
    return {name: digest for digest, name in (line.split() for line in (HERE / "dist/SHA256SUMS").read_text().splitlines())}


def write_sbom(components, contents):
    digests = checksums()
    files = [{"type": "file", "bom-ref": name, "name": name, "hashes": [{"alg": "SHA-256", "content": digests[name]}],
              "licenses": [{"license": {"id": "Apache-2.0"}}]} for name in sorted(contents)]
    libraries = [{"type": "library", "bom-ref": entry["reference"], "name": entry["name"], "version": entry["version"],
                  "scope": "required" if entry["inside"] else "excluded",
                  "licenses": [{"expression": entry["license"]}], "purl": entry["reference"]}
                 for _, entry in sorted(components.items())]
    document = {"bomFormat": "CycloneDX", "specVersion": "1.6", "version": 1,
                "metadata": {"component": {"type": "application", "bom-ref": "filters", "name": "gateway-wasm-filters"}},
                "components": files + libraries,
                "dependencies": [{"ref": name, "dependsOn": sorted(parts)} for name, parts in sorted(contents.items())]}
    SBOM.write_text(json.dumps(document, indent=2) + "\n")


def write_notice(components, contents):
    lines = ["The built filters in dist/ are licensed under the Apache License 2.0 (LICENSE at the top of the repository). They",
             "contain code of others, listed here with its licenses. Written by licenses.py; sbom.cdx.json has the same as",
             "CycloneDX, for each file. Where a license is the Apache License 2.0, its text is the repository's LICENSE.", ""]
    texts = {}
    for reference, entry in sorted(components.items(), key=lambda pair: (pair[1]["name"].lower(), pair[0])):
        if entry["inside"]:
            files = sorted(name for name, parts in contents.items() if reference in parts)
            lines += [f"{entry['name']} {entry['version']}", f"  License: {entry['license']}", f"  In: {', '.join(files)}", ""]
            for text in entry["texts"]:
                if not APACHE.match(text):
                    texts.setdefault(text, []).append(f"{entry['name']} {entry['version']}")
    for text, names in texts.items():
        lines += ["=" * 80, "", f"Of {', '.join(names)}:", "", text, ""]
    NOTICE.write_text("\n".join(line.rstrip() for line in "\n".join(lines).splitlines()) + "\n")


def check():
    document = json.loads(SBOM.read_text())
    recorded = {entry["purl"]: entry for entry in document["components"] if "purl" in entry}
    locked = locked_crates() | locked_modules() | {package[0] for package in locked_packages()}
    problems = [f"{reference} is in a lock file and not in sbom.cdx.json" for reference in sorted(locked - set(recorded))]
    problems += [f"{reference} is in sbom.cdx.json and in no lock file" for reference in sorted(set(recorded) - locked)
                 if not reference.startswith("pkg:generic/")]
    digests = {entry["name"]: entry["hashes"][0]["content"] for entry in document["components"] if entry["type"] == "file"}
    problems += [f"{name} is not the file that sbom.cdx.json describes" for name in sorted(digests.keys() | checksums().keys())
                 if digests.get(name) != checksums().get(name)]
    noticed = set(NOTICE.read_text().splitlines())
    problems += [f"{entry['name']} {entry['version']} is not in NOTICE" for entry in recorded.values()
                 if entry["scope"] == "required" and f"{entry['name']} {entry['version']}" not in noticed]
    if problems:
        sys.exit("\n".join(f"licenses.py: {problem}" for problem in problems) + "\nRun filters/licenses.py.")
    print(f"NOTICE and sbom.cdx.json: {len(recorded)} packages are what the lock files say")


if __name__ == "__main__":
    if sys.argv[1:] == ["--check"]:
        check()
    elif sys.argv[1:]:
        sys.exit(__doc__)
    else:
        found, built = collect()
        write_sbom(found, built)
        write_notice(found, built)
        check()
