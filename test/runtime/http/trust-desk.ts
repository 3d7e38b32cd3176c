import { generateKeyPair } from '@nexus/registry/signing'
import type { HttpPorts } from '../../../runtime/src/http/ports.ts'
import { createTrustDesk, openPolicy, openTrust } from '../../../runtime/src/install/index.ts'

/** Policy and pins in a test host's own folder, and a registry that lists one key of `acme`. */
export async function openTestTrustDesk(dataDir: string): Promise<HttpPorts['trustDesk']> {
  const { keyId, publicKey } = generateKeyPair()
  const createdAt = '2026-01-01T00:00:00.000Z'
  const acme = { id: 'acme', displayName: 'Acme', createdAt, keys: [{ keyId, publicKey, validFrom: createdAt }] }
  const desk = createTrustDesk({
    trust: await openTrust({ dataDir, registryUrl: 'http://registry.example' }),
    policy: await openPolicy(dataDir),
    trustRoot: async () => ({ registry: { keys: [] }, publishers: [acme] }),
  })
  return { ...desk, act: async (_principal, _requestId, deed) => void (await deed.run()) }
}
