import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { createInterface } from 'node:readline'
import { openRegistry } from '@nexus/registry'
import { packBundle, readBundle } from '@nexus/registry/bundle'
import {
  type IdentitySigner,
  type SigningKey,
  generateKeyPair,
  signRelease,
  sigstoreServices,
} from '@nexus/registry/signing'
import {
  createRegistryClient,
  openPolicy,
  openReleaseNotices,
  openReleaseStore,
  openTrust,
  openWitnesses,
} from '../../runtime/src/install/index.ts'
import { FOLDER_DIGITS } from '../../runtime/src/install/limits.ts'
import { requirePinned } from '../../runtime/src/install/trusted-keys.ts'
import { verifyChain } from '../../runtime/src/install/verify-chain.ts'

// What checking a release costs, with a real registry, its log and its TUF metadata: at an install (bytes, publisher,
// registry, log, TUF, reader, policy), at the first start from disk, and at every start after it.

const ROUNDS = 60
/** Rounds before anything is measured: a host has run this code before. */
const WARM_UP = 10
/** Milliseconds that issue and README promise. */
const PROMISED = { install: 15, start: 3 }

interface Row {
  readonly signer: string
  readonly moment: string
  readonly medianMs: number
  readonly p95Ms: number
  /** User and system time a round: what it costs, whatever else the machine does. */
  readonly cpuMs: number
}

async function measure(signer: string, moment: string, run: () => Promise<unknown>): Promise<Row> {
  for (let round = 0; round < WARM_UP; round += 1) await run()
  const times: number[] = []
  const before = process.cpuUsage()
  for (let round = 0; round < ROUNDS; round += 1) {
    const began = performance.now()
    await run()
    times.push(performance.now() - began)
  }
  const { user, system } = process.cpuUsage(before)
  const sorted = times.toSorted((left, right) => left - right)
  const at = (share: number) => Number((sorted[Math.floor(sorted.length * share)] ?? 0).toFixed(2))
  return {
    signer,
    moment,
    medianMs: at(0.5),
    p95Ms: at(0.95),
    cpuMs: Number(((user + system) / 1000 / ROUNDS).toFixed(2)),
  }
}

const ADMIN_TOKEN = 'bench-admin-token-of-at-least-32-characters'
const ISSUER = 'https://accounts.example.test'
const folder = await mkdtemp(join(tmpdir(), 'nexus-bench-verify-'))
await using stack = new AsyncDisposableStack()
stack.defer(() => rm(folder, { recursive: true, force: true }))

/** The local Sigstore instance of the tests, in a process of its own. */
async function openSigstore() {
  const script = resolve(import.meta.dirname, '../../test/registry/signing/sigstore-process.ts')
  const child = spawn(process.execPath, [script], { stdio: ['pipe', 'pipe', 'inherit'] })
  stack.defer(() => void child.stdin.end())
  const [line] = await once(createInterface(child.stdout), 'line')
  const { url, trustedRoot } = JSON.parse(String(line))
  const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')
  const claims = { iss: ISSUER, aud: 'sigstore', sub: 'dev@acme.test', email: 'dev@acme.test', email_verified: true }
  const signer: IdentitySigner = {
    kind: 'identity',
    services: sigstoreServices.parse({ fulcioUrl: url, rekorUrl: url, timestampUrl: url }),
    identityToken: `${part({ alg: 'RS256' })}.${part(claims)}.c2ln`,
  }
  return { trustedRoot, signer }
}

const sigstore = await openSigstore()
const registryDir = join(folder, 'registry')
await (await openRegistry({ dataDir: registryDir, adminToken: ADMIN_TOKEN })).close()
await writeFile(join(registryDir, 'sigstore-root.json'), JSON.stringify(sigstore.trustedRoot))
const { url } = stack.use(await openRegistry({ dataDir: registryDir, adminToken: ADMIN_TOKEN }))
const registry = stack.use(createRegistryClient(url))
const key = generateKeyPair()
await registry.createPublisher(ADMIN_TOKEN, { id: 'acme', displayName: 'Acme', keys: [key.publicKey] })
const { token } = await registry.createToken(ADMIN_TOKEN, 'acme', { name: 'bench', scopes: ['publish'] })
await fetch(`${url}/api/v1/publishers/acme/identities`, {
  method: 'POST',
  headers: { authorization: `Bearer ${ADMIN_TOKEN}`, 'content-type': 'application/json' },
  body: JSON.stringify({ issuer: ISSUER, subject: 'dev@acme.test' }),
})

async function publish(name: string, signer: SigningKey | IdentitySigner) {
  const manifest = {
    manifestVersion: 1,
    id: `acme/${name}`,
    version: '1.0.0',
    kind: 'connector',
    displayName: 'Weather',
    description: 'Tells the weather.',
    license: 'MIT',
    engines: { nexus: '^0.1.0' },
    contributes: { tools: [{ name: 'tell', description: 'Tells.', inputSchema: { type: 'object' } }] },
  }
  const bundle = await packBundle(
    new Map([
      ['nexus.plugin.json', JSON.stringify(manifest)],
      ['package.json', JSON.stringify({ name: `@acme/${name}`, version: '1.0.0' })],
      ['dist/index.js', 'export default { activate() {} }\n'],
    ]),
  )
  const { digests } = await readBundle(bundle)
  const subject = {
    id: manifest.id,
    version: '1.0.0',
    bundleDigest: digests.bundle,
    manifestDigest: digests.manifest,
    toolsDigest: digests.tools,
  }
  await registry.publish(token, { id: manifest.id, bundle, signature: await signRelease(subject, signer) })
}

/** A host that meets the registry now. */
async function openHost(dataDir: string) {
  const trust = await openTrust({ dataDir, registryUrl: url })
  await trust.pinRegistry((await registry.trustRoot()).registry)
  const policy = await openPolicy(dataDir)
  const { log, tuf } = stack.use(await openWitnesses({ dataDir, url }))
  const context = { trust, policy: () => policy.policy, notices: await openReleaseNotices(dataDir), log, tuf }
  return { context, trust, store: await openReleaseStore({ dataDir, registry, context }) }
}

const rows: Row[] = []
for (const [signer, name, by] of [
  ['key', 'by-key', key],
  ['identity', 'by-identity', sigstore.signer],
] as const) {
  await publish(name, by)
  const dataDir = join(folder, name)
  const { context, trust, store } = await openHost(dataDir)
  const id = `acme/${name}`
  await store.pin(await store.plan(id, '*'))
  const { bundleDigest } = await store.fetch(id, '1.0.0')
  const detail = await registry.release(id, '1.0.0')
  const bytes = await registry.download(bundleDigest)
  const install = () => verifyChain(context, detail, bytes, requirePinned(trust, 'acme'))
  const start = () => store.open(bundleDigest)
  const stamp = join(dataDir, 'plugins', bundleDigest.slice(7, 7 + FOLDER_DIGITS), 'verified.json')
  rows.push(await measure(signer, 'install', install), await measure(signer, 'start', start))
  rows.push(await measure(signer, 'first', async () => await rm(stamp).then(start)))
}

if (process.argv.includes('--json')) process.stdout.write(`${JSON.stringify(rows, undefined, 2)}\n`)
else {
  process.stdout.write(`Promised: install ${PROMISED.install} ms, start ${PROMISED.start} ms (medians).\n`)
  for (const { signer, moment, medianMs, p95Ms, cpuMs } of rows)
    process.stdout.write(
      `${signer.padEnd(9)} ${moment.padEnd(8)} median ${medianMs} ms, p95 ${p95Ms} ms, CPU ${cpuMs} ms\n`,
    )
}
