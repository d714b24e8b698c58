// Writes without pause, as several comuni at once do: units and plans made, changed and removed, usage sent and corrected.
// node aggregator.mjs URL TOKEN CLIENTS SECONDS. Refusals and a server that is gone are part of the game; what was
// acknowledged is counted.
const [url, token, clients, seconds] = process.argv.slice(2);
const homes = ['c_b507', 'c_c418', 'c_e563', 'c_a074', 'c_a109', 'c_a117', 'c_a124', 'c_a157'];
const until = Date.now() + Number(seconds) * 1000;
let taken = 0, failed = 0;

async function send(method, path, body) {
  try {
    const headers = { authorization: `Bearer ${token}`, 'content-type': method === 'PATCH' ? 'application/merge-patch+json' : 'application/json', 'if-match': '*' };
    if (method === 'POST') delete headers['if-match'];
    const answer = await fetch(url + path, { method, headers, body: body && JSON.stringify(body), signal: AbortSignal.timeout(5000) });
    const text = await answer.text();
    if (answer.ok) taken++;
    return answer.ok && text ? JSON.parse(text) : answer.ok;
  } catch {
    failed++;
    await new Promise((done) => setTimeout(done, 100));
    return false;
  }
}

async function writer(n) {
  const administration = homes[n % homes.length];
  await send('POST', '/digital-services', { administration, code: `s${n}`, name: 'Servizio', status: 'active' });
  for (let i = 0; Date.now() < until; i++) {
    const code = `w${n}-${i % 7}`;
    const pick = Math.random();
    if (pick < 0.4) await send('POST', '/plans', { administration, code, title: `Piano ${i}`, kind: 'management', start_year: 2024, end_year: 2026 });
    else if (pick < 0.6) await send('PATCH', `/plans/${administration}~${code}`, { title: `Piano ${i} bis` });
    else if (pick < 0.8) await send('DELETE', `/plans/${administration}~${code}`);
    else if (pick < 0.9) await send('PUT', `/units/${administration}~${code}`, { administration, code, name: `Ufficio ${i}` });
    else {
      const month = `2023-${String(1 + (i % 12)).padStart(2, '0')}`;
      await send('POST', `/service-usage?administration=${administration}`, { items: [{ service_code: `s${n}`, month, accesses: i }] });
    }
  }
}

await Promise.all(Array.from({ length: Number(clients) }, (_, n) => writer(n)));
console.log(`${taken} writes acknowledged, ${failed} lost their server`);
