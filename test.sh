#!/usr/bin/env bash
# Sets up what the tests need and runs every check. On a fresh Debian machine
# with Go it needs nothing else; redis-server is installed when missing.
#
#   ./test.sh          everything, as CI does
#   ./test.sh quick    the tests alone, without the race detector
set -euo pipefail
cd "$(dirname "$0")"

step() { printf '\n== %s\n' "$*"; }
tool() { go tool -modfile=cmd/internal/tools/go.mod "$@"; }

install_redis() {
  command -v redis-server >/dev/null && return
  step "installing redis-server (Debian package)"
  local sudo=""
  [ "$(id -u)" = 0 ] || sudo=sudo
  $sudo apt-get update -qq
  $sudo env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq redis-server
  command -v redis-server >/dev/null || { echo "redis-server could not be installed: the tests need it" >&2; exit 1; }
}

# Packages below testdata are not part of ./...
packages() { go list ./... $(find testdata -name '*.go' -printf './%h\n' | sort -u); }

install_redis
# shellcheck disable=SC2046
if [ "${1:-}" = quick ]; then
  exec go test $(packages)
fi

step "formatting"
unformatted=$(git ls-files -z --cached --others --exclude-standard '*.go' ':!api/gen' | xargs -0 gofmt -l)
[ -z "$unformatted" ] || { echo "not gofmt'd:"; echo "$unformatted"; exit 1; }

step "vet"
# shellcheck disable=SC2046
go vet $(packages)

step "go.mod is tidy"
go mod tidy -diff

step "staticcheck"
# shellcheck disable=SC2046
tool staticcheck $(packages)

step "protos: lint and format"
tool buf lint
tool buf format --diff --exit-code

step "generated code is current"
before=$(mktemp -d)
trap 'rm -rf "$before"' EXIT
cp -r api/gen "$before/gen"
cp knowledge/segment/dict/words.txt.gz "$before/"
tool buf generate
go generate ./knowledge/segment
diff -r "$before/gen" api/gen || { echo "run: go tool -modfile=cmd/internal/tools/go.mod buf generate" >&2; exit 1; }
cmp "$before/words.txt.gz" knowledge/segment/dict/words.txt.gz || { echo "run: go generate ./knowledge/segment" >&2; exit 1; }

step "trees and test questions"
go run ./cmd/honeyguide tree lint testdata/trees/disputes.zh-CN.yaml \
  --tests testdata/questions/disputes.zh-CN.dev.tsv \
  --tests testdata/questions/disputes.zh-CN.calibration.tsv --tests testdata/questions/disputes.zh-CN.test.tsv
go run ./cmd/honeyguide tree lint testdata/trees/disputes.en.yaml \
  --tests testdata/questions/disputes.en.dev.tsv \
  --tests testdata/questions/disputes.en.calibration.tsv --tests testdata/questions/disputes.en.test.tsv

step "tests, with the race detector"
# shellcheck disable=SC2046
go test -race -shuffle=on -timeout 15m $(packages)
