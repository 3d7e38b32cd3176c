import { openTestHost } from './open-test-host.ts'

// Installs and removes one release for ever, until the test kills this process.
const [registryUrl = '', dataDir = '', id = ''] = process.argv.slice(2)
const host = await openTestHost(registryUrl, dataDir)
process.stdout.write('ready\n')
for (;;) {
  const { bundleDigest } = await host.store.fetch(id, '1.0.0')
  await host.store.remove(bundleDigest)
}
