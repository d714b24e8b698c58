// Sends batches of 1,000 usage rows over HTTP and says how many were taken in a second.
// node usage.mjs URL TOKEN CLIENTS BATCHES PHASE [SERVICES]: `services` makes what the counts hang on, `fresh` sends new rows,
// `changed` the same keys with other counts, `again` what `changed` sent. Each client has an administration of its own, as each
// comune's system has. A batch is a month of 1,000 services; with SERVICES it is as many months of so many services as make 1,000 rows,
// the same months in each batch.
import net from 'node:net';

const [url, token, clients, batches, phase, services = '1000'] = process.argv.slice(2);
const administrations = ['c_b507', 'c_c418', 'c_e563', 'c_a074'];
const { hostname, port } = new URL(url);

// A request as bytes, head and body: on two cores a client that makes them while the clock runs is measured too.
function request(path, body) {
  const head = `POST ${path} HTTP/1.1\r\nhost: ${hostname}\r\nauthorization: Bearer ${token}\r\ncontent-type: application/json\r\n`;
  return Buffer.from(`${head}content-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
}

// One connection, one request after the other.
function connect() {
  const socket = net.connect({ host: hostname, port: Number(port), noDelay: true });
  let text = '';
  let waiting;
  socket.on('error', (error) => waiting?.reject(error));
  socket.on('data', (part) => {
    text += part;
    const [head, body] = text.split('\r\n\r\n', 2);
    if (body === undefined || body.length < Number(/content-length: (\d+)/i.exec(head)[1])) return;
    text = '';
    waiting.resolve({ status: Number(head.slice(9, 12)), text: body });
  });
  return {
    send: (bytes) => new Promise((resolve, reject) => {
      waiting = { resolve, reject };
      socket.write(bytes);
    }),
    end: () => socket.end(),
  };
}

function month(n) {
  return `${1990 + Math.floor(n / 12)}-${String(1 + (n % 12)).padStart(2, '0')}`;
}

const add = phase === 'fresh' ? 0 : 7;
function batch(home, n) {
  const rows = [];
  for (let row = 0; row < 1000; row++) {
    const i = services < 1000 ? 1 + ((n * services) % 1000) + (row % services) : 1 + row;
    const of = services < 1000 ? Math.floor(row / services) : n;
    rows.push(`{"service_code":"s${i}","month":"${month(of)}","accesses":${i + n + add},"users":${i},"submissions_started":${i},` +
      `"submissions_completed":${i},"logins_spid":${i},"logins_cie":${n},"logins_cns":1,"pagopa_transactions":${i},` +
      `"pagopa_amount":{"amount":"${i}.50","currency":"EUR"},"app_io_messages":${i},"satisfaction":[1,2,3,4,5]}`);
  }
  return request(`/v1/service-usage?administration=${home}`, `{"items":[${rows.join(',')}]}`);
}

async function client(requests, taken) {
  const connection = connect();
  for (const bytes of requests) {
    const begun = performance.now();
    const answer = await connection.send(bytes);
    const report = answer.status === 200 && JSON.parse(answer.text);
    if (!report || report.inserted + report.updated + report.unchanged !== 1000) throw new Error(`${answer.status} ${answer.text.slice(0, 300)}`);
    taken.push(performance.now() - begun);
  }
  connection.end();
}

const homes = administrations.slice(0, Number(clients));
if (phase === 'services') {
  await Promise.all(homes.map(async (administration) => {
    const connection = connect();
    for (let i = 1; i <= 1000; i++) {
      const service = { administration, code: `s${i}`, name: `Servizio ${i}`, status: 'active' };
      const answer = await connection.send(request('/v1/digital-services', JSON.stringify(service)));
      if (answer.status !== 201) throw new Error(answer.text);
    }
    connection.end();
  }));
  process.exit(0);
}
// Made before the clock starts: pgbench is not measured on making its rows over a wire either.
const requests = homes.map((home) => Array.from({ length: Number(batches) }, (_, n) => batch(home, n)));
const taken = [];
const begun = performance.now();
await Promise.all(requests.map((mine) => client(mine, taken)));
const seconds = (performance.now() - begun) / 1000;
taken.sort((a, b) => a - b);
console.log(`${(taken.length / seconds).toFixed(1)} batches/s, median ${taken[taken.length >> 1].toFixed(1)} ms (${phase}, ${clients} client(s))`);
