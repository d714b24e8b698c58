// Sends batches of 1,000 usage rows over HTTP and says how many were taken in a second.
// node usage.mjs URL TOKEN CLIENTS BATCHES PHASE: `services` makes what the counts hang on, `fresh` sends new rows, `changed`
// the same keys with other counts, `again` what `changed` sent. Each client has an administration of its own, as each comune's system has.
import http from 'node:http';

const [url, token, clients, batches, phase] = process.argv.slice(2);
const administrations = ['c_b507', 'c_c418', 'c_e563', 'c_a074'];
const agent = new http.Agent({ keepAlive: true, maxSockets: Number(clients) });

function post(path, body) {
  return new Promise((resolve, reject) => {
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json', 'content-length': body.length };
    const request = http.request(url + path, { method: 'POST', agent, headers }, (answer) => {
      let text = '';
      answer.on('data', (part) => (text += part));
      answer.on('end', () => resolve({ status: answer.statusCode, text }));
    });
    request.on('error', reject);
    request.end(body);
  });
}

function month(n) {
  return `${1990 + Math.floor(n / 12)}-${String(1 + (n % 12)).padStart(2, '0')}`;
}

const add = phase === 'fresh' ? 0 : 7;
function batch(n) {
  const rows = [];
  for (let i = 1; i <= 1000; i++) {
    rows.push(`{"service_code":"s${i}","month":"${month(n)}","accesses":${i + n + add},"users":${i},"submissions_started":${i},` +
      `"submissions_completed":${i},"logins_spid":${i},"logins_cie":${n},"logins_cns":1,"pagopa_transactions":${i},` +
      `"pagopa_amount":{"amount":"${i}.50","currency":"EUR"},"app_io_messages":${i},"satisfaction":[1,2,3,4,5]}`);
  }
  return Buffer.from(`{"items":[${rows.join(',')}]}`);
}

async function client(home, taken) {
  for (let n = 0; n < Number(batches); n++) {
    const begun = performance.now();
    const answer = await post(`/v1/service-usage?administration=${home}`, bodies[n]);
    const report = answer.status === 200 && JSON.parse(answer.text);
    if (!report || report.inserted + report.updated + report.unchanged !== 1000) throw new Error(`${answer.status} ${answer.text.slice(0, 300)}`);
    taken.push(performance.now() - begun);
  }
}

const homes = administrations.slice(0, Number(clients));
if (phase === 'services') {
  await Promise.all(homes.map(async (administration) => {
    for (let i = 1; i <= 1000; i++) {
      const answer = await post('/v1/digital-services', Buffer.from(JSON.stringify({ administration, code: `s${i}`, name: `Servizio ${i}`, status: 'active' })));
      if (answer.status !== 201) throw new Error(answer.text);
    }
  }));
  process.exit(0);
}
// Made before the clock starts: pgbench is not measured on making its rows over a wire either.
const bodies = Array.from({ length: Number(batches) }, (_, n) => batch(n));
const taken = [];
const begun = performance.now();
await Promise.all(homes.map((home) => client(home, taken)));
const seconds = (performance.now() - begun) / 1000;
taken.sort((a, b) => a - b);
console.log(`${(taken.length / seconds).toFixed(1)} batches/s, median ${taken[taken.length >> 1].toFixed(1)} ms (${phase}, ${clients} client(s))`);
