import { openTestRegistry } from '../../registry/http/open-test-registry.ts'
import { openTestHost } from './open-test-host.ts'

/** A registry and a host that has pinned it and its publisher `acme`. */
export async function openTrustingHost() {
  const registry = await openTestRegistry()
  const host = await openTestHost(registry.url())
  const root = await host.registry.trustRoot()
  await host.trust.pinRegistry(root.registry)
  return { registry, host, root }
}
