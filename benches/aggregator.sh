#!/usr/bin/env bash
# The example aggregator beside writers, while both it and its server are killed (kill -9) again and again. At the end its copy
# must be equal to its source.
#   cargo build --release --example aggregator --bin traguardo && benches/aggregator.sh sqlite [seconds]
#   ADMIN_URL=postgres://postgres@127.0.0.1:5432/postgres benches/aggregator.sh postgres [seconds]
set -euo pipefail
cd "$(dirname "$0")/.."
seconds="${2:-40}"
built="${BUILT:-target/release}"
folder=$(mktemp -d)
name="traguardo_aggregator_$$"
case "${1:?sqlite or postgres}" in
  sqlite) database="sqlite://$folder/source.db" ;;
  postgres) psql -q "${ADMIN_URL:?a PostgreSQL URL whose user may create databases}" -c "CREATE DATABASE $name"; database="${ADMIN_URL%/*}/$name" ;;
esac
server= follower=
finish() {
  kill -9 $server $follower 2>/dev/null || true
  wait 2>/dev/null || true
  [ "$1" != postgres ] || psql -q "$ADMIN_URL" -c "DROP DATABASE $name WITH (FORCE)"
  rm -rf "$folder"
}
trap "finish $1" EXIT

export TRAGUARDO_DATABASE_URL="$database" TRAGUARDO_SIGNING_KEY_FILE="$folder/key.pem" TRAGUARDO_RATE_LIMIT=10000000 TRAGUARDO_LOG=error
export TRAGUARDO_BIND=127.0.0.1:18098 TRAGUARDO_PUBLIC_URL=http://127.0.0.1:18098
url=$TRAGUARDO_PUBLIC_URL/v1
serve() { "$built/traguardo" serve >>"$folder/log" 2>&1 & server=$!; }
follow() { "$built/examples/aggregator" --url "$url" --token "$token" --copy "$folder/copy.db" >>"$folder/follower" 2>&1 & follower=$!; }
serve
for _ in $(seq 100); do curl -fs "$TRAGUARDO_PUBLIC_URL/status" >/dev/null && break || sleep 0.1; done
token=$("$built/traguardo" token | tail -1)
node benches/aggregator.mjs "$url" "$token" 6 "$seconds" & writers=$!
follow
kills=0
while kill -0 $writers 2>/dev/null; do
  sleep $((1 + RANDOM % 3))
  if [ $((kills % 2)) = 0 ]; then kill -9 $server; wait $server 2>/dev/null || true; serve; else kill -9 $follower; wait $follower 2>/dev/null || true; follow; fi
  kills=$((kills + 1))
done
echo "$kills times one of them was killed"
sleep 2
kill -9 $follower; wait $follower 2>/dev/null || true
"$built/examples/aggregator" --url "$url" --token "$token" --copy "$folder/copy.db" --prove
