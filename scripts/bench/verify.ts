import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type SigningKey, signRelease } from '@nexus/registry/signing'
import { FOLDER_DIGITS } from '../../runtime/src/install/limits.ts'
import { verifyChain } from '../../runtime/src/install/verify-chain.ts'
import { requirePinned } from '../../runtime/src/install/trusted-keys.ts'
import { openTestHost } from '../../test/runtime/install/open-test-host.ts'
import { signable, signedPlugin } from '../../test/registry/fixtures.ts'
import { ADMIN_TOKEN, openTestRegistry } from '../../test/registry/http/open-test-registry.ts'
import { ISSUER, openLocalSigstore } from '../../test/registry/signing/local-sigstore.ts'

// What checking a release costs, with a real registry, its log and its TUF metadata: at an install (bytes, publisher,
// registry, log, TUF, reader, policy), at the first start from disk, and at every start after it.

const ROUNDS = 60
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

await using sigstore = await openLocalSigstore()
await using registry = await openTestRegistry()
await writeFile(join(registry.dataDir, 'sigstore-root.json'), JSON.stringify(sigstore.trustedRoot))
await registry.restart()
await registry.send('POST', '/api/v1/publishers/acme/identities', {
  token: ADMIN_TOKEN,
  json: { issuer: ISSUER, subject: 'dev@acme.test' },
})

async function publish(name: string, signer: SigningKey | ReturnType<typeof sigstore.signer>) {
  const plugin = await signedPlugin(registry.key, { manifest: { id: `acme/${name}` } })
  const signature = await signRelease(signable(plugin.manifest, plugin.digests), signer)
  const answer = await registry.publish({ ...plugin, signature })
  if (answer.status !== 201) throw new Error(JSON.stringify(answer.body))
}

const dataDir = await mkdtemp(join(tmpdir(), 'nexus-bench-verify-'))
const rows: Row[] = []
for (const [signer, name, by] of [
  ['key', 'by-key', registry.key],
  ['identity', 'by-identity', sigstore.signer()],
] as const) {
  await publish(name, by)
  const host = await openTestHost(registry.url(), join(dataDir, name))
  await host.trust.pinRegistry((await host.registry.trustRoot()).registry)
  const id = `acme/${name}`
  await host.store.pin(await host.store.plan(id, '*'))
  const { bundleDigest } = await host.store.fetch(id, '1.0.0')
  const detail = await host.registry.release(id, '1.0.0')
  const bytes = await host.registry.download(bundleDigest)
  rows.push(
    await measure(signer, 'install', () => verifyChain(host.context, detail, bytes, requirePinned(host.trust, 'acme'))),
  )
  rows.push(await measure(signer, 'start', () => host.store.open(bundleDigest)))
  const stamp = join(host.plugins, bundleDigest.slice(7, 7 + FOLDER_DIGITS), 'verified.json')
  rows.push(
    await measure(signer, 'first', async () => {
      await rm(stamp)
      await host.store.open(bundleDigest)
    }),
  )
  await host[Symbol.asyncDispose]()
}
await rm(dataDir, { recursive: true, force: true })

if (process.argv.includes('--json')) process.stdout.write(`${JSON.stringify(rows, undefined, 2)}\n`)
else {
  process.stdout.write(`Promised: install ${PROMISED.install} ms, start ${PROMISED.start} ms (medians).\n`)
  for (const { signer, moment, medianMs, p95Ms, cpuMs } of rows)
    process.stdout.write(
      `${signer.padEnd(9)} ${moment.padEnd(8)} median ${medianMs} ms, p95 ${p95Ms} ms, CPU ${cpuMs} ms\n`,
    )
}
