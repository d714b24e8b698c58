#!/usr/bin/env node
// Verifies publications with nothing but Node.js (18 or later): bytes, digest and signature by the published key.
//
//     node verify-publication.mjs http://127.0.0.1:8080/v1/publications/c_c418~piano-2024 [the same from elsewhere …]
//
// Several addresses must give the same bytes. Exit code 0 where everything holds, 1 where something does not.
// SPDX-License-Identifier: EUPL-1.2

import { createHash, createPublicKey, verify } from 'node:crypto';

const addresses = process.argv.slice(2);
if (addresses.length === 0) {
  console.error('usage: verify-publication.mjs PUBLICATION-URL [PUBLICATION-URL …]');
  process.exit(2);
}

async function get(url) {
  const answer = await fetch(url);
  if (!answer.ok) throw new Error(`${url} answers ${answer.status}: ${await answer.text()}`);
  return answer;
}

let failed = false;
function check(what, holds) {
  console.log(`  ${holds ? 'ok    ' : 'FAILED'} ${what}`);
  failed ||= !holds;
}

const digests = new Set();
for (const address of addresses) {
  const url = address.replace(/\/$/, '');
  console.log(url);
  const description = await (await get(url)).json();
  const bytes = Buffer.from(await (await get(`${url}/content`)).arrayBuffer());
  const { keys } = await (await get(new URL('/.well-known/jwks.json', url))).json();

  console.log(`         ${description.title}; published ${description.published_at}`);
  const digest = createHash('sha256').update(bytes).digest('hex');
  digests.add(digest);
  check(`${bytes.length} bytes, as described`, bytes.length === description.size);
  check(`SHA-256 ${digest}`, digest === description.digest);

  // A detached JWS (RFC 7515, appendix F): the content goes between the dots.
  const [header, between, signature] = description.signature.split('.');
  const { alg, kid, typ } = JSON.parse(Buffer.from(header, 'base64url'));
  check(`a detached signature, ${alg}`, between === '' && alg === 'ES256' && typ === 'publication+jws');
  const jwk = keys.find((key) => key.kid === kid);
  check(`the key ${kid} is published`, jwk !== undefined && kid === description.kid);
  if (jwk) {
    const { crv, kty, x, y } = jwk;
    const thumbprint = createHash('sha256').update(JSON.stringify({ crv, kty, x, y })).digest('base64url');
    check('its id is its thumbprint (RFC 7638)', thumbprint === kid);
    const key = createPublicKey({ key: { crv, kty, x, y }, format: 'jwk' });
    const signed = Buffer.from(`${header}.${bytes.toString('base64url')}`);
    const holds = verify('sha256', signed, { key, dsaEncoding: 'ieee-p1363' }, Buffer.from(signature, 'base64url'));
    check('the signature holds for these bytes', holds);
  }
  const content = JSON.parse(bytes);
  const act = content.publication.approval_act;
  check('the content names the same publication', content.publication.id === description.id);
  check(
    act ? `bound to ${act.kind} n. ${act.number} of ${act.date}` : 'bound to no act, and described so',
    JSON.stringify(act) === JSON.stringify(description.approval_act, act && Object.keys(act)),
  );
}
if (addresses.length > 1) {
  console.log('all of them');
  check('give the same bytes', digests.size === 1);
}
process.exit(failed ? 1 : 0);
