# shellcheck shell=bash
# The Swift toolchain, and how this project is built with it.

SWIFT_NEEDED=6.2
# The native build system puts the programs where README names them: .build/release.
SWIFT_OPTIONS=(--package-path "$REPOSITORY" --build-system native --jobs 2)

# find_swift: prints the path of swift. sudo keeps only the system's own folders in PATH, hence the second place.
find_swift() {
    local candidate
    for candidate in "$(command -v swift || true)" /opt/swift/usr/bin/swift; do
        [[ -x $candidate ]] && printf '%s\n' "$candidate" && return
    done
    die "no Swift toolchain in PATH or /opt/swift; Swift $SWIFT_NEEDED or later is needed (https://swift.org/install)"
}

# require_swift: sets SWIFT, once its version is known to be enough.
require_swift() {
    SWIFT=$(find_swift)
    local version
    version=$("$SWIFT" --version 2>/dev/null | sed -nE 's/.*Swift version ([0-9]+\.[0-9]+).*/\1/p' | head -n 1)
    [[ -n $version ]] || die "$SWIFT does not tell its version"
    [[ $(printf '%s\n' "$SWIFT_NEEDED" "$version" | sort --version-sort | head -n 1) == "$SWIFT_NEEDED" ]] ||
        die "$SWIFT is version $version; $SWIFT_NEEDED or later is needed"
}

# build_release: .build/release/phoneproxy and .build/release/labphone.
build_release() {
    local product
    for product in phoneproxy labphone; do
        "$SWIFT" build "${SWIFT_OPTIONS[@]}" --configuration release --product "$product"
    done
}
