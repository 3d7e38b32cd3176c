import { type IncomingMessage, type Server, createServer } from 'node:http'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { NetworkGrant } from '../../../runtime/src/grants/grant.ts'
import type { Sandbox } from '../../../runtime/src/sandbox/sandbox.ts'
import { type Arena, openArena } from '../../escape/arena.ts'
import { type GuestCases, patient, pluginOf, runCase } from './guest-cases.ts'

// The web-like globals of a sandbox: what they answer is what a browser answers.

const caught = (code: string, see = 'error.name'): string =>
  `try { ${code}; return 'done' } catch (error) { return ${see} }`

const plain: GuestCases = {
  'Headers: case, order, lists, cookies': [
    "const h = new Headers([['B', '2'], ['a', ' 1 ']]); h.append('b', '3'); h.append('set-cookie', 'x'); h.append('Set-Cookie', 'y'); h.set('c', 'c'); h.delete('C'); return [[...h], h.get('B'), h.has('nope'), h.getSetCookie(), [...new Headers(h).keys()]]",
    [
      [
        ['a', '1'],
        ['b', '2, 3'],
        ['set-cookie', 'x'],
        ['set-cookie', 'y'],
      ],
      '2, 3',
      false,
      ['x', 'y'],
      ['a', 'b', 'set-cookie', 'set-cookie'],
    ],
  ],
  'Headers: a line break in a value': [caught("new Headers({ a: 'x\\r\\nb: y' })"), 'TypeError'],
  'Headers: a name that is none': [caught("new Headers({ 'a b': 'x' })"), 'TypeError'],
  'Response: body once, clone, json, type': [
    "const r = new Response('{\"a\":1}', { status: 201, statusText: 'Made' }); const c = r.clone(); const seen = [await r.json(), r.bodyUsed, c.bodyUsed, (await c.bytes()).length, r.ok, r.status, r.statusText, r.headers.get('content-type')]; try { await r.text() } catch (e) { seen.push(e.name) } try { r.clone() } catch (e) { seen.push(e.name) } return seen",
    [{ a: 1 }, true, false, 7, true, 201, 'Made', 'text/plain;charset=UTF-8', 'TypeError', 'TypeError'],
  ],
  'Response: statics and limits': [
    "const seen = [await Response.json({ x: [1] }).text(), Response.json(1).headers.get('content-type'), Response.error().type, Response.redirect('https://a.example/', 307).headers.get('location')]; for (const make of [() => new Response('x', { status: 204 }), () => new Response('', { status: 700 }), () => Response.json(undefined)]) try { make() } catch (e) { seen.push(e.name) } return seen",
    ['{"x":[1]}', 'application/json', 'error', 'https://a.example/', 'TypeError', 'RangeError', 'TypeError'],
  ],
  'Response: bytes, byte order mark, blob': [
    "const blob = await new Response(new Uint8Array([104, 105]), { headers: { 'content-type': 'text/x' } }).blob(); return [blob.type, await blob.text(), await new Response('\\ufeffa').text(), (await new Response('é').arrayBuffer()).byteLength, (await new Response().text())]",
    ['text/x', 'hi', 'a', 2, ''],
  ],
  'Request: parts': [
    "const r = new Request('https://a.example/x?y#z', { method: 'post', body: new URLSearchParams({ k: 'v w' }), headers: { 'X-A': '1' } }); const c = r.clone(); const n = new Request(r, { method: 'PUT' }); return [r.url, r.method, r.headers.get('content-type'), await c.text(), n.method, await n.text(), r.bodyUsed, r.redirect]",
    [
      'https://a.example/x?y#z',
      'POST',
      'application/x-www-form-urlencoded;charset=UTF-8',
      'k=v+w',
      'PUT',
      'k=v+w',
      true,
      'follow',
    ],
  ],
  'Request: what the standard refuses': [
    "const seen = []; for (const make of [() => new Request('nope'), () => new Request('https://a.example', { method: 'GET', body: 'x' }), () => new Request('https://a.example', { method: 'TRACE' }), () => new Request('https://a.example', { signal: {} }), () => new Request('https://a.example', { redirect: 'manual' })]) try { make(); seen.push('made') } catch (e) { seen.push(e.name) } return seen",
    ['TypeError', 'TypeError', 'TypeError', 'TypeError', 'TypeError'],
  ],
  Blob: [
    "const b = new Blob(['é', new Uint8Array([1, 2]), new Blob(['x'])], { type: 'Text/Plain' }); return [b.size, b.type, await b.slice(0, 2).text(), Array.from(await b.slice(2, 4).bytes()), await b.slice(-1).text(), new Blob([], { type: 'a\\n' }).type]",
    [5, 'text/plain', 'é', [1, 2], 'x', ''],
  ],
  'EventTarget: order, once, signal, errors, prevention': [
    "const t = new EventTarget(); const seen = []; const stop = new AbortController(); t.addEventListener('x', (e) => seen.push('a' + (e.target === t)), { once: true }); t.addEventListener('x', () => { throw new Error('listener') }); t.addEventListener('x', { handleEvent(e) { e.preventDefault(); seen.push('b') } }); t.addEventListener('x', () => seen.push('c'), { signal: stop.signal }); const first = t.dispatchEvent(new Event('x', { cancelable: true })); stop.abort(); t.dispatchEvent(new Event('x')); class Own extends EventTarget {} return [seen, first, new Own() instanceof EventTarget]",
    [['atrue', 'b', 'c', 'b'], false, true],
  ],
  DOMException: [
    "const e = new DOMException('m', 'AbortError'); const c = new DOMException('m', { name: 'DataError', cause: 5 }); return [e.name, e.message, e.code, String(e), e instanceof Error, c.name, c.cause, c.code, new DOMException().name, Object.keys(e).length, e.stack.includes('AbortError') || e.stack.includes('m')]",
    ['AbortError', 'm', 20, 'AbortError: m', true, 'DataError', 5, 0, 'Error', 0, true],
  ],
  'AbortSignal: reasons, any, timeout, events': [
    "const a = new AbortController(); const any = AbortSignal.any([a.signal, new AbortController().signal]); const seen = []; a.signal.onabort = (e) => seen.push(e.type, e.target === a.signal); any.addEventListener('abort', () => seen.push('any')); a.abort(7); const late = AbortSignal.timeout(5); await new Promise((done) => late.addEventListener('abort', done)); try { any.throwIfAborted() } catch (e) { seen.push(e) } return [seen, late.reason.name, AbortSignal.abort().reason.code, a.signal instanceof EventTarget]",
    [['abort', true, 'any', 7], 'TimeoutError', 20, true],
  ],
  'setInterval: repeats until cleared': [
    'let n = 0; await new Promise((done) => { const id = setInterval((step) => { n += step; if (n === 6) { clearInterval(id); done() } }, 1, 2) }); await new Promise((done) => setTimeout(done, 20)); return n',
    6,
  ],
  'TextDecoder: utf-16le and latin1, in parts': [
    "const d = new TextDecoder('utf-16'); const b = new Uint8Array([0xff, 0xfe, 0x41, 0x00, 0x3d, 0xd8, 0x00, 0xde]); return [d.encoding, d.decode(b.slice(0, 5), { stream: true }) + d.decode(b.slice(5)), new TextDecoder('latin1').decode(new Uint8Array([0x80, 0xe9, 0x41, 0x99])), new TextDecoder('utf-16le').decode(new Uint8Array([0x00, 0xd8, 0x41]))]",
    ['utf-16le', 'A😀', '€éA™', '\ufffd\ufffd'],
  ],
  'TextDecoder: fatal': [
    caught("new TextDecoder('utf-8', { fatal: true }).decode(new Uint8Array([0xff]))"),
    'TypeError',
  ],
  'TextDecoder: an unknown encoding': [caught("new TextDecoder('shift_jis')"), 'RangeError'],
  'performance and Temporal follow the clock': [
    'const t = Temporal.Now.instant().epochMilliseconds; return [performance.now() >= 0, Math.abs(t - Date.now()) < 1000, performance.timeOrigin <= Date.now(), typeof Temporal.Now.plainDateISO().year]',
    [true, true, true, 'number'],
  ],
  'structuredClone of a DOMException and a view of a subclass': [
    "class Mine extends Uint8Array {} const c = structuredClone({ e: new DOMException('m', 'DataError'), v: new Mine([1, 2]) }); return [c.e.name, c.v.constructor === Uint8Array, c.v.length]",
    ['DataError', true, 2],
  ],
}

const key =
  "await crypto.subtle.importKey('raw', new TextEncoder().encode('secret'), { name: 'HMAC', hash: 'SHA-256' }, true, ['sign', 'verify'])"
const hex = '.toHex()'
const data = "new TextEncoder().encode('data')"

const cryptography: GuestCases = {
  digest: [
    `return new Uint8Array(await crypto.subtle.digest('sha-256', ${data}))${hex}`,
    '3a6eb0790f39ac87c94f3856b2dd2c5d110e6811602261a9a923d3bb23adc8b7',
  ],
  HMAC: [
    `const k = ${key}; const s = await crypto.subtle.sign('HMAC', k, ${data}); return [new Uint8Array(s)${hex}, await crypto.subtle.verify('HMAC', k, s, ${data}), await crypto.subtle.verify('HMAC', k, s, new Uint8Array(1)), k.algorithm.hash.name, k.usages]`,
    ['1b2c16b75bd2a870c114153ccda5bcfca63314bc722fa160d690de133ccbb9db', true, false, 'SHA-256', ['sign', 'verify']],
  ],
  ...Object.fromEntries(
    [
      "{ name: 'Ed25519' }",
      "{ name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' }",
      "{ name: 'RSASSA-PKCS1-v1_5', modulusLength: 2048, publicExponent: new Uint8Array([1, 0, 1]), hash: 'SHA-256' }",
      "{ name: 'RSA-PSS', modulusLength: 2048, publicExponent: new Uint8Array([1, 0, 1]), hash: 'SHA-256', saltLength: 32 }",
    ].map((algorithm) => [
      `sign with ${algorithm.slice(9).split("'")[0] ?? ''}`,
      [
        `const a = ${algorithm}; const pair = await crypto.subtle.generateKey(a, true, ['sign', 'verify']); const jwk = await crypto.subtle.exportKey('jwk', pair.publicKey); const pub = await crypto.subtle.importKey('jwk', jwk, a, true, ['verify']); const pkcs8 = await crypto.subtle.exportKey('pkcs8', pair.privateKey); const priv = await crypto.subtle.importKey('pkcs8', pkcs8, a, false, ['sign']); const s = await crypto.subtle.sign(a, priv, ${data}); return [pub.type, priv.type, priv.extractable, priv.usages, await crypto.subtle.verify(a, pub, s, ${data})]`,
        ['public', 'private', false, ['sign'], true],
      ] as const,
    ]),
  ),
  'AES-GCM and AES-CBC': [
    `const seen = []; for (const name of ['AES-GCM', 'AES-CBC']) { const k = await crypto.subtle.generateKey({ name, length: 256 }, true, ['encrypt', 'decrypt']); const iv = crypto.getRandomValues(new Uint8Array(name === 'AES-GCM' ? 12 : 16)); const c = await crypto.subtle.encrypt({ name, iv }, k, ${data}); seen.push(new TextDecoder().decode(await crypto.subtle.decrypt({ name, iv }, k, c)), (await crypto.subtle.exportKey('raw', k)).byteLength); const broken = new Uint8Array(c); broken[broken.length - 1] ^= 1; if (name === 'AES-GCM') try { await crypto.subtle.decrypt({ name, iv }, k, broken) } catch (e) { seen.push(e.name, e instanceof DOMException) } } return seen`,
    ['data', 32, 'OperationError', true, 'data', 32],
  ],
  'RSA-OAEP': [
    `const a = { name: 'RSA-OAEP', modulusLength: 2048, publicExponent: new Uint8Array([1, 0, 1]), hash: 'SHA-256' }; const p = await crypto.subtle.generateKey(a, false, ['encrypt', 'decrypt']); const c = await crypto.subtle.encrypt(a, p.publicKey, ${data}); return [new TextDecoder().decode(await crypto.subtle.decrypt(a, p.privateKey, c)), p.publicKey.extractable, p.privateKey.extractable]`,
    ['data', true, false],
  ],
  'PBKDF2 and HKDF': [
    `const p = await crypto.subtle.importKey('raw', new TextEncoder().encode('password'), 'PBKDF2', false, ['deriveBits', 'deriveKey']); const salt = new TextEncoder().encode('salt'); const bits = await crypto.subtle.deriveBits({ name: 'PBKDF2', hash: 'SHA-256', salt, iterations: 2 }, p, 256); const k = await crypto.subtle.deriveKey({ name: 'PBKDF2', hash: 'SHA-256', salt, iterations: 2 }, p, { name: 'AES-GCM', length: 128 }, true, ['encrypt']); const h = await crypto.subtle.importKey('raw', new Uint8Array(22).fill(11), 'HKDF', false, ['deriveBits']); const okm = await crypto.subtle.deriveBits({ name: 'HKDF', hash: 'SHA-256', salt: Uint8Array.fromHex('000102030405060708090a0b0c'), info: Uint8Array.fromHex('f0f1f2f3f4f5f6f7f8f9') }, h, 336); return [new Uint8Array(bits)${hex}, new Uint8Array(await crypto.subtle.exportKey('raw', k))${hex}, new Uint8Array(okm)${hex}]`,
    [
      'ae4d0c95af6b46d32d0adff928f06dd02a303f8ef3c251dfd6e2d85a95474c43',
      'ae4d0c95af6b46d32d0adff928f06dd0',
      '3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865',
    ],
  ],
  'what does not fit': [
    `const seen = []; const k = ${key}; const a = { name: 'AES-GCM', iv: new Uint8Array(12) }; for (const run of [() => crypto.subtle.encrypt(a, k, ${data}), () => crypto.subtle.digest('MD5', ${data}), () => crypto.subtle.sign('HMAC', {}, ${data}), () => crypto.subtle.importKey('spki', new Uint8Array(9), { name: 'Ed25519' }, true, ['verify']), () => crypto.subtle.deriveBits({ name: 'PBKDF2', hash: 'SHA-512', salt: new Uint8Array(8), iterations: 900000 }, k, 1024), () => crypto.subtle.generateKey({ name: 'HMAC', hash: 'SHA-256' }, true, []), () => crypto.subtle.digest('SHA-256', 'text'), () => new CryptoKey()]) try { await run(); seen.push('done') } catch (e) { seen.push(e.name) } return seen`,
    [
      'InvalidAccessError',
      'NotSupportedError',
      'TypeError',
      'DataError',
      'InvalidAccessError',
      'SyntaxError',
      'TypeError',
      'TypeError',
    ],
  ],
  'too many iterations': [
    `const p = await crypto.subtle.importKey('raw', new Uint8Array(8), 'PBKDF2', false, ['deriveBits']); ${caught("await crypto.subtle.deriveBits({ name: 'PBKDF2', hash: 'SHA-256', salt: new Uint8Array(8), iterations: 900000 }, p, 1024)")}`,
    'QuotaExceededError',
  ],
  'a key that may not leave': [
    `const k = await crypto.subtle.importKey('raw', new Uint8Array(16), 'AES-GCM', false, ['encrypt']); ${caught("await crypto.subtle.exportKey('raw', k)")}`,
    'InvalidAccessError',
  ],
}

const network: GuestCases = {
  'fetch: text, head, url': [
    "const r = await fetch('http://api.example.com:PORT/hello'); return [r.ok, r.status, r.headers.get('content-type'), await r.text(), new URL(r.url).pathname, r.redirected, r.type]",
    [true, 200, 'text/plain', 'GET /hello', '/hello', false, 'basic'],
  ],
  'fetch: a received head cannot be changed': [
    `const r = await fetch('http://api.example.com:PORT/hello'); ${caught("r.headers.set('a', 'b')")}`,
    'TypeError',
  ],
  'fetch: bytes both ways': [
    "const sent = new Uint8Array([0, 255, 254, 128, 10]); const r = await fetch(new URL('http://api.example.com:PORT/mirror'), { method: 'POST', body: sent }); return [Array.from(await r.bytes()), (await (await fetch('http://api.example.com:PORT/mirror', { method: 'POST', body: new Blob(['é'], { type: 'text/x' }) })).text())]",
    [[0, 255, 254, 128, 10], 'é'],
  ],
  'fetch: a Request, its headers, JSON': [
    "const q = new Request('http://api.example.com:PORT/head', { headers: { 'x-own': '1' } }); const h = await (await fetch(q, { headers: { 'x-own': '2' } })).json(); return [h['x-own'], (await (await fetch(q)).json())['x-own']]",
    ['2', '1'],
  ],
  'fetch: redirects': [
    "const r = await fetch('http://api.example.com:PORT/redirect'); return [r.redirected, await r.text()]",
    [true, 'GET /hello'],
  ],
  'fetch: a host that was not granted': [
    caught(
      "await fetch('http://other.example.com/')",
      '[error.name, error instanceof TypeError, error.code, error.cause.code]',
    ),
    ['TypeError', true, 'NETWORK_DENIED', 'NETWORK_DENIED'],
  ],
  'fetch: aborted before and during': [
    "const seen = []; const early = AbortSignal.abort(); try { await fetch('http://api.example.com:PORT/hello', { signal: early }) } catch (e) { seen.push(e === early.reason) } const c = new AbortController(); setTimeout(() => c.abort(), 20); try { await fetch('http://api.example.com:PORT/slow', { signal: c.signal }) } catch (e) { seen.push(e.name) } return seen",
    [true, 'AbortError'],
  ],
  'fetch: a secret that the broker fills in and masks': [
    "const r = await fetch('http://api.example.com:PORT/head', { secretHeaders: { authorization: { secret: 'token', format: 'Bearer {}' } } }); return (await r.json()).authorization",
    'Bearer [secret]',
  ],
  'fetch: a secret echoed among bytes': [
    "const r = await fetch('http://api.example.com:PORT/bytes', { secretHeaders: { authorization: { secret: 'token', format: 'Bearer {}' } } }); return new TextDecoder('latin1').decode(await r.bytes())",
    'ÿBearer [secret]ÿ',
  ],
}

let arena: Arena
let server: Server
let port = 0

function answer(request: IncomingMessage, body: Buffer): Buffer | string {
  if (request.url === '/mirror') return body
  if (request.url === '/head') return JSON.stringify(request.headers)
  if (request.url === '/bytes') return Buffer.from(`\xff${request.headers.authorization ?? ''}\xff`, 'latin1')
  return `${request.method} ${request.url}`
}

beforeAll(async () => {
  server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      if (request.url === '/slow') return
      if (request.url === '/redirect') response.writeHead(302, { location: '/hello' }).end()
      else response.writeHead(200, { 'content-type': 'text/plain' }).end(answer(request, Buffer.concat(chunks)))
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  port = typeof address === 'object' && address !== null ? address.port : 0
  arena = await openArena({ resolve: async () => [{ address: '127.0.0.1', family: 4 }] })
})
afterAll(async () => {
  await arena[Symbol.asyncDispose]()
  server.closeAllConnections()
  server.close()
})

const groups = [
  { title: 'globals of a sandbox [H3]', cases: plain },
  { title: 'crypto.subtle through the broker [H3]', cases: cryptography },
  { title: 'fetch through the broker [H3]', cases: network },
]

for (const { title, cases } of groups) {
  describe(title, () => {
    let sandbox: Sandbox
    beforeAll(async () => {
      arena.secrets.set('chosen', 'treasure-1234')
      const grant: NetworkGrant = {
        host: 'api.example.com',
        port,
        scheme: 'http',
        methods: ['GET', 'POST'],
        allowPrivateAddresses: true,
      }
      sandbox = await arena.open(pluginOf(cases).replaceAll('PORT', String(port)), {
        installationId: title,
        limits: patient,
        grants: { network: [grant], secrets: [{ field: 'token', access: 'use' }] },
        config: { token: 'chosen' },
      })
    })
    afterAll(() => sandbox[Symbol.asyncDispose]())

    it.each(Object.entries(cases).map(([name, [, expected]]) => ({ name, expected })))('$name', async (one) => {
      expect(await runCase(sandbox, one.name)).toEqual(one.expected)
    })
  })
}

describe('what a plugin may cost the host with cryptography [H9]', () => {
  it('counts its time like CPU time and names the limit', async () => {
    const cases: GuestCases = {
      derive: [
        "const p = await crypto.subtle.importKey('raw', new Uint8Array(8), 'PBKDF2', false, ['deriveBits']); for (let n = 0; n < 50; n += 1) try { await crypto.subtle.deriveBits({ name: 'PBKDF2', hash: 'SHA-512', salt: new Uint8Array(8), iterations: 200000 }, p, 256) } catch (error) { return [error.name, error.cause.code, error.message.includes('cpuMsPerMinute')] }",
        undefined,
      ],
    }
    await using sandbox = await arena.open(pluginOf(cases), {
      installationId: 'costly',
      limits: { ...patient, cpuMsPerMinute: 300 },
    })
    expect(await runCase(sandbox, 'derive')).toEqual(['QuotaExceededError', 'CRYPTO_LIMIT', true])
  })

  it('refuses to ask the host while the module is evaluated', async () => {
    const before =
      "let early; try { await crypto.subtle.digest('SHA-256', new Uint8Array()) } catch (error) { early = error.code }"
    await using sandbox = await arena.open(pluginOf({ early: ['return early', undefined] }, before), {
      installationId: 'early',
      limits: patient,
    })
    expect(await runCase(sandbox, 'early')).toBe('CAPABILITY_EARLY')
  })
})
