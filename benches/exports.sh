#!/usr/bin/env bash
# Exports of indicators beside the same query by COPY (PostgreSQL) and by the sqlite3 shell, on a generated database:
#   traguardo generate --administrations 8000 …   (README.md beside this file)
#   DATABASE=postgres://postgres@127.0.0.1:5432/national benches/exports.sh
#   DATABASE=sqlite://national.db benches/exports.sh
# Best of three for each; first byte and the server's memory beside.
set -euo pipefail
cd "$(dirname "$0")/.."
database="${DATABASE:?URL of a generated database}"
binary="${BINARY:-target/release/traguardo}"
folder=$(mktemp -d)
export TRAGUARDO_DATABASE_URL="$database" TRAGUARDO_SIGNING_KEY_FILE="$folder/key.pem" TRAGUARDO_RATE_LIMIT=10000000 TRAGUARDO_LOG=error
export TRAGUARDO_BIND=127.0.0.1:18097 TRAGUARDO_PUBLIC_URL=http://127.0.0.1:18097
"$binary" serve >"$folder/log" 2>&1 &
server=$!
trap 'kill $server; rm -rf "$folder"' EXIT
for _ in $(seq 100); do curl -fs "$TRAGUARDO_PUBLIC_URL/status" >/dev/null && break || sleep 0.1; done
token=$("$binary" token | tail -1)

columns="t.administration, t.id, t.plan_id, p.code AS plan_code, t.objective_id, o.code AS objective_code, t.code, t.title, t.action, t.phase_code,
 t.kind, t.target, t.target_year, t.yearly_targets, t.reading, t.confirmed_reading, t.polarity, t.unit, t.weight, t.baseline, t.metric, t.revision, t.created_at, t.updated_at"
query="SELECT $columns FROM indicators t LEFT JOIN plans p ON p.administration = t.administration AND p.id = t.plan_id
 LEFT JOIN objectives o ON o.administration = t.administration AND o.id = t.objective_id"
query=$(echo "$query" | tr '\n' ' ')

best() { # command: seconds, best of three
  local least=999
  for _ in 1 2 3; do
    local begun=$(date +%s.%N)
    bash -c "$1" >/dev/null
    least=$(awk -v a="$least" -v b="$(date +%s.%N)" -v c="$begun" 'BEGIN { s = b - c; print (s < a ? s : a) }')
  done
  echo "$least"
}
pull() { echo "curl -sf -H 'Authorization: Bearer $token' -H 'Accept: $1' '$TRAGUARDO_PUBLIC_URL/v1/exports/indicators$2' -o $3"; }
resident() { awk '/VmRSS/ {print $2}' /proc/$server/status; }
peak() { awk '/VmHWM/ {print $2}' /proc/$server/status; }
ratio() { awk -v a="$2" -v b="$3" -v n="$1" 'BEGIN { printf "%s: reference %.2f s, export %.2f s, ratio %.2f\n", n, a, b, a / b }'; }

bash -c "$(pull text/csv '?region=03' /dev/null)"; echo 5 >/proc/$server/clear_refs
echo "resident before: $(resident) KiB"
bash -c "$(pull text/csv '?region=03' "$folder/part")"; echo "rows of one region: $(($(wc -l <"$folder/part") - 1)), peak $(peak) KiB"
bash -c "$(pull text/csv '' "$folder/whole")"; echo "rows of all: $(($(wc -l <"$folder/whole") - 1)), $(stat -c %s "$folder/whole") bytes, peak $(peak) KiB"
echo "first byte: $(curl -s -o /dev/null -w '%{time_starttransfer}' -H "Authorization: Bearer $token" -H 'Accept: text/csv' "$TRAGUARDO_PUBLIC_URL/v1/exports/indicators") s (CSV), $(curl -s -o /dev/null -w '%{time_starttransfer}' -H "Authorization: Bearer $token" "$TRAGUARDO_PUBLIC_URL/v1/exports/indicators") s (NDJSON)"
case "$database" in
  postgres*)
    ratio CSV "$(best "psql -q '$database' -c \"\\copy ($query) TO '/dev/null' WITH (FORMAT csv, HEADER)\"")" "$(best "$(pull text/csv '' /dev/null)")"
    ratio NDJSON "$(best "psql -q '$database' -c \"\\copy (SELECT row_to_json(x) FROM ($query) x) TO '/dev/null'\"")" "$(best "$(pull application/x-ndjson '' /dev/null)")"
    ;;
  sqlite*)
    ratio CSV "$(best "sqlite3 -csv -header '${database#sqlite://}' \"$query\"")" "$(best "$(pull text/csv '' /dev/null)")"
    ;;
esac
