// Pings a registry while hostile and large bundles are uploaded: node scripts/bench/uploads.ts [seconds]
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startRegistry } from './registry-process.ts'
import { hostileBundles, largeBundle, measurePings, publishBundle } from './upload-load.ts'

const ms = Number(process.argv[2] ?? 10) * 1000
const dataDir = await mkdtemp(join(tmpdir(), 'nexus-uploads-'))
try {
  await using registry = await startRegistry(dataDir)
  const publisher = await registry.createPublisher()
  const hostile = hostileBundles()
  const large = await largeBundle('1.0.0')
  let next = 0
  // Everything that costs this process time is done before it begins to ping.
  for (const bundle of hostile)
    await publishBundle(registry, publisher, { id: 'acme/hostile', version: '0.0.1', bundle })
  await publishBundle(registry, publisher, { id: 'acme/large', version: '1.0.0', bundle: large })
  const loads = [
    { title: 'idle', callers: 0, send: () => Promise.resolve() },
    {
      title: 'hostile',
      callers: 4,
      send: () => {
        const bundle = hostile[next++ % hostile.length] ?? large
        return publishBundle(registry, publisher, { id: 'acme/hostile', version: `1.0.${next}`, bundle })
      },
    },
    {
      title: 'large',
      callers: 2,
      send: () => publishBundle(registry, publisher, { id: 'acme/large', version: '1.0.0', bundle: large }),
    },
  ]
  for (const load of loads) {
    const { title, pings, p50, p99, worst, bundles, grownBytes } = await measurePings(registry, { ...load, ms })
    const times = `p50 ${p50.toFixed(1)} ms, p99 ${p99.toFixed(1)} ms, worst ${worst.toFixed(1)} ms`
    process.stdout.write(
      `${title.padEnd(8)} ${times} of ${pings} pings; ${bundles} bundles, ${(grownBytes / 1024 / 1024).toFixed(0)} MiB more\n`,
    )
  }
} finally {
  await rm(dataDir, { recursive: true, force: true })
}
