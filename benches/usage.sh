#!/usr/bin/env bash
# Batches of 1,000 usage rows through the API against pgbench doing the equivalent INSERT … SELECT … ON CONFLICT into a table
# with a row for each month and service, on the same machine, with durable commits: PostgreSQL with 4 clients, SQLite with 1.
# They take turns, round by round, and what is told is the median of the rounds, and of each round's ratio: machines are not
# steady.
#   cargo build --release && ADMIN_URL=postgres://postgres@127.0.0.1:5432/postgres benches/usage.sh [batches a client] [rounds]
set -euo pipefail
cd "$(dirname "$0")/.."
admin="${ADMIN_URL:?a PostgreSQL URL whose user may create databases}"
batches="${1:-60}"
rounds="${2:-6}"
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
api() { echo "$1 $3 $(node benches/usage.mjs "$TRAGUARDO_PUBLIC_URL" "$token" "$2" "$batches" "$3" | cut -d' ' -f1)" >>"$folder/rates"; }
stop() { kill "$server"; wait "$server" 2>/dev/null || true; server=; }
checkpoint() { psql -q "$database" -c CHECKPOINT; }

# The same rows, made in the server.
script() {
  cat <<SQL
\set n :n + 1
\set month (1990 + (:n - 1) / 12) * 100 + 1 + mod(:n - 1, 12)
INSERT INTO usage_rows SELECT (ARRAY['c_b507','c_c418','c_e563','c_a074'])[:client_id + 1], 's' || i, :month,
  i + :n + $1, i, i, i, i, :n, 1, i, i * 100 + 50, i, 1, 2, 3, 4, 5, NULL, 1, 1, 1 FROM generate_series(1, 1000) i
ON CONFLICT (administration, month, service_code) DO UPDATE SET accesses = excluded.accesses, users = excluded.users,
  submissions_started = excluded.submissions_started, submissions_completed = excluded.submissions_completed,
  logins_spid = excluded.logins_spid, logins_cie = excluded.logins_cie, logins_cns = excluded.logins_cns,
  pagopa_transactions = excluded.pagopa_transactions, pagopa_cents = excluded.pagopa_cents,
  app_io_messages = excluded.app_io_messages, satisfaction_1 = excluded.satisfaction_1,
  satisfaction_2 = excluded.satisfaction_2, satisfaction_3 = excluded.satisfaction_3,
  satisfaction_4 = excluded.satisfaction_4, satisfaction_5 = excluded.satisfaction_5, cost_cents = excluded.cost_cents,
  revision = excluded.revision, updated_at = excluded.updated_at
WHERE usage_rows.accesses IS DISTINCT FROM excluded.accesses;
SQL
}
# reference CLIENTS PHASE ADDED
reference() {
  script "$3" >"$folder/script.sql"
  rate=$(pgbench -n -M prepared -D n=0 -c "$1" -j "$1" -t "$batches" -f "$folder/script.sql" "$database" | awk '/^tps/ { print $3 }')
  echo "pgbench,$1 $2 $rate" >>"$folder/rates"
}
empty() {
  psql -q "$database" -c 'TRUNCATE usage_rows, service_usage, service_usage_totals' -c 'VACUUM ANALYZE usage_rows' \
    -c 'VACUUM ANALYZE service_usage' -c CHECKPOINT
}
# pgbench CLIENTS, in all phases.
references() {
  empty; reference "$1" fresh 0; checkpoint; reference "$1" changed 7; checkpoint; reference "$1" again 7
}

psql -q "$admin" -c "CREATE DATABASE $name"
psql -At "$admin" -c "SELECT 'fsync ' || current_setting('fsync') || ', synchronous_commit ' || current_setting('synchronous_commit')"
start "$database" 4
psql -q "$database" <<'SQL'
CREATE TABLE usage_rows (administration text COLLATE "C" NOT NULL, service_code text COLLATE "C" NOT NULL, month int NOT NULL,
  accesses bigint, users bigint, submissions_started bigint, submissions_completed bigint, logins_spid bigint,
  logins_cie bigint, logins_cns bigint, pagopa_transactions bigint, pagopa_cents bigint, app_io_messages bigint,
  satisfaction_1 bigint, satisfaction_2 bigint, satisfaction_3 bigint, satisfaction_4 bigint, satisfaction_5 bigint,
  cost_cents bigint, revision bigint NOT NULL, created_at bigint NOT NULL, updated_at bigint NOT NULL,
  PRIMARY KEY (administration, month, service_code));
SQL
for _ in $(seq "$rounds"); do
  references 4
  empty; api postgres,4 4 fresh; checkpoint; api postgres,4 4 changed; checkpoint; api postgres,4 4 again
done
stop
for round in $(seq "$rounds"); do
  references 1
  for clients in 1 4; do
    start "sqlite://$folder/bench$round-$clients.db" "$clients"
    for phase in fresh changed again; do api "sqlite,$clients" "$clients" "$phase"; done
    stop
    rm "$folder/bench$round-$clients.db"*
  done
done
node - "$folder/rates" <<'JS'
const rates = {};
for (const line of require('fs').readFileSync(process.argv[2], 'utf8').trim().split('\n')) {
  const [who, phase, rate] = line.split(' ');
  (rates[`${who} ${phase}`] ??= []).push(Number(rate));
}
const median = (numbers) => [...numbers].sort((a, b) => a - b)[numbers.length >> 1];
for (const [name, mine] of Object.entries(rates)) {
  const [who, phase] = name.split(' ');
  const [system, clients] = who.split(',');
  const beside = { postgres: 'pgbench,4', sqlite: 'pgbench,1' }[system];
  const ratios = beside && mine.map((rate, round) => rate / rates[`${beside} ${phase}`][round]);
  const told = ratios ? `, ${median(ratios).toFixed(2)} of ${beside} (${Math.min(...ratios).toFixed(2)} to ${Math.max(...ratios).toFixed(2)})` : '';
  console.log(`${system}, ${clients} client(s), ${phase}: ${median(mine).toFixed(0)} batches/s${told}`);
}
JS
