#!/usr/bin/env bash
# Batches of 1,000 usage rows through the API against pgbench doing the equivalent INSERT … SELECT … ON CONFLICT into the same
# table, on the same machine, with durable commits: PostgreSQL with 4 clients, SQLite with 1.
#   cargo build --release && ADMIN_URL=postgres://postgres@127.0.0.1:5432/postgres benches/usage.sh [batches a client]
set -euo pipefail
cd "$(dirname "$0")/.."
admin="${ADMIN_URL:?a PostgreSQL URL whose user may create databases}"
batches="${1:-100}"
binary="${BINARY:-target/release/traguardo}"
folder=$(mktemp -d)
name="traguardo_usage_bench_$$"
server=
database="${admin%/*}/$name"
finish() {
  [ -z "$server" ] || kill "$server" 2>/dev/null || true
  wait 2>/dev/null || true
  psql -q "$admin" -c "DROP DATABASE IF EXISTS $name WITH (FORCE)" >/dev/null
  rm -rf "$folder"
}
trap finish EXIT

export TRAGUARDO_SIGNING_KEY_FILE="$folder/key.pem" TRAGUARDO_RATE_LIMIT=10000000 TRAGUARDO_LOG=error
export TRAGUARDO_BIND=127.0.0.1:18099 TRAGUARDO_PUBLIC_URL=http://127.0.0.1:18099
start() {
  TRAGUARDO_DATABASE_URL="$1" "$binary" serve >"$folder/log" 2>&1 &
  server=$!
  for _ in $(seq 100); do curl -fs "$TRAGUARDO_PUBLIC_URL/status" >/dev/null && break || sleep 0.1; done
  token=$("$binary" token | tail -1)
  node benches/usage.mjs "$TRAGUARDO_PUBLIC_URL" "$token" "$2" "$batches" services
}
api() { node benches/usage.mjs "$TRAGUARDO_PUBLIC_URL" "$token" "$1" "$batches" "$2"; }
stop() { kill "$server"; wait "$server" 2>/dev/null || true; server=; }

# The same rows, made on the server.
script() {
  cat <<SQL
\set n :n + 1
\set month (1990 + (:n - 1) / 12) * 100 + 1 + mod(:n - 1, 12)
INSERT INTO service_usage SELECT (ARRAY['c_b507','c_c418','c_e563','c_a074'])[:client_id + 1], 's' || i, :month,
  i + :n + $1, i, i, i, i, :n, 1, i, i * 100 + 50, i, 1, 2, 3, 4, 5, NULL, 1, 1, 1 FROM generate_series(1, 1000) i
ON CONFLICT (administration, month, service_code) DO UPDATE SET accesses = excluded.accesses, users = excluded.users,
  submissions_started = excluded.submissions_started, submissions_completed = excluded.submissions_completed,
  logins_spid = excluded.logins_spid, logins_cie = excluded.logins_cie, logins_cns = excluded.logins_cns,
  pagopa_transactions = excluded.pagopa_transactions, pagopa_cents = excluded.pagopa_cents,
  app_io_messages = excluded.app_io_messages, satisfaction_1 = excluded.satisfaction_1,
  satisfaction_2 = excluded.satisfaction_2, satisfaction_3 = excluded.satisfaction_3,
  satisfaction_4 = excluded.satisfaction_4, satisfaction_5 = excluded.satisfaction_5, cost_cents = excluded.cost_cents,
  revision = excluded.revision, updated_at = excluded.updated_at
WHERE service_usage.accesses IS DISTINCT FROM excluded.accesses;
SQL
}
reference() {
  script "$2" >"$folder/script.sql"
  echo "pgbench, $1 client(s), $3: $(pgbench -n -M prepared -D n=0 -c "$1" -j "$1" -t "$batches" -f "$folder/script.sql" "$database" | grep '^tps')"
}
empty() { psql -q "$database" -c 'TRUNCATE service_usage' -c 'VACUUM ANALYZE service_usage' -c CHECKPOINT; }

psql -q "$admin" -c "CREATE DATABASE $name"
psql -At "$admin" -c "SELECT 'fsync ' || current_setting('fsync') || ', synchronous_commit ' || current_setting('synchronous_commit')"
start "$database" 4
for round in 1 2; do
  echo "— PostgreSQL, round $round"
  empty; reference 4 0 fresh; psql -q "$database" -c CHECKPOINT; reference 4 7 changed; reference 4 7 again
  empty; echo "API: $(api 4 fresh)"; psql -q "$database" -c CHECKPOINT; echo "API: $(api 4 changed)"; echo "API: $(api 4 again)"
done
stop
echo "— one client"
empty; reference 1 0 fresh; psql -q "$database" -c CHECKPOINT; reference 1 7 changed; reference 1 7 again
for clients in 1 4; do
  start "sqlite://$folder/bench$clients.db" "$clients"
  for phase in fresh changed again; do echo "SQLite API: $(api "$clients" "$phase")"; done
  stop
done
