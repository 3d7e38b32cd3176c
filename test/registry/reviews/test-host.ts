import { type KeyObject, createHash, createHmac, generateKeyPairSync, sign } from 'node:crypto'
import { registryRoutes } from '@nexus/registry/contract'
import type { openTestRegistry } from '../http/open-test-registry.ts'

type TestRegistry = Awaited<ReturnType<typeof openTestRegistry>>
type Plugin = {
  readonly manifest: { readonly id: string; readonly version: string }
  readonly digests: { readonly bundle: string }
}

/** A host as the registry sees it: its own key, its own salt, and statements signed without the host's code. */
export async function openTestHost(registry: TestRegistry, options: { readonly register?: boolean } = {}) {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519')
  const root = registryRoutes.trustRoot.response.parse((await registry.send('GET', '/api/v1/trust-root')).body)
  const registryId = root.registry.keys[0]?.keyId
  const keyId = createHash('sha256')
    .update(publicKey.export({ type: 'spki', format: 'der' }))
    .digest('hex')
  const statement = (payload: Readonly<Record<string, unknown>>, key: KeyObject = privateKey, kid = keyId) =>
    compactJws({ registry: registryId, signedAt: nextTime(), ...payload }, key, kid)
  const host = {
    keyId,
    publicKey: publicKey.export({ type: 'spki', format: 'pem' }),
    statement,
    /** The pseudonym of a person of this host at a plugin. */
    person: (name: string, plugin: string) =>
      createHmac('sha256', keyId).update(`${name} ${plugin}`).digest('base64url'),
    register: () =>
      registry.send('POST', '/api/v1/hosts', {
        json: { publicKey: host.publicKey, statement: statement({ kind: 'host.register' }) },
      }),
    say: (plugin: string, payload: Readonly<Record<string, unknown>>) =>
      registry.send('POST', `/api/v1/plugins/${plugin}/reviews`, {
        json: { statement: statement({ plugin, ...payload }) },
      }),
    review: (name: string, { manifest, digests }: Plugin, words: Readonly<Record<string, unknown>>) =>
      host.say(manifest.id, {
        kind: 'review.put',
        person: host.person(name, manifest.id),
        installation: { version: manifest.version, bundleDigest: digests.bundle },
        ...words,
      }),
  }
  if (options.register !== false) await host.register()
  return host
}

let last = 0
/** Now, and never twice the same. */
function nextTime(): string {
  last = Math.max(Date.now(), last + 1)
  return new Date(last).toISOString()
}

export function compactJws(payload: unknown, key: KeyObject, kid: string, typ = 'nexus-host-statement+jwt'): string {
  const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')
  const head = `${encode({ alg: 'EdDSA', kid, typ })}.${encode(payload)}`
  return `${head}.${sign(null, Buffer.from(head), key).toString('base64url')}`
}
