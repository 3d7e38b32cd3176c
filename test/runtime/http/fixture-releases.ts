import { parseManifest, type PluginManifest } from '@nexus/plugin-api'
import type { ChainLink } from '../../../runtime/src/contract/index.ts'
import type { MarketplacePort, MarketplaceRelease } from '../../../runtime/src/http/ports.ts'
import type { ReleasePort } from '../../../runtime/src/installations/ports.ts'

/** A plugin that asks for everything the views have to show. */
export const helloManifest = readManifest({
  manifestVersion: 1,
  id: 'acme/hello',
  version: '1.2.0',
  kind: 'connector',
  displayName: { en: 'Hello', de: 'Hallo' },
  description: { en: 'Greets people.', de: 'Grüßt Leute.' },
  license: 'MIT',
  homepage: 'https://acme.example/hello',
  keywords: ['greeting'],
  engines: { nexus: '>=0.1.0' },
  permissions: {
    network: [
      { host: '*.acme.example', methods: ['GET'], reason: { en: 'To ask for names.', de: 'Um nach Namen zu fragen.' } },
      { fromConfig: 'server', methods: ['GET', 'POST'], reason: 'To greet there.' },
    ],
    secrets: [{ name: 'key', access: 'use', reason: 'To sign in there.' }],
  },
  optionalPermissions: { tools: [{ tool: 'acme/other:*', reason: 'To pass greetings on.' }] },
  config: {
    server: { type: 'string', format: 'host', title: { en: 'Server', de: 'Rechner' }, required: true },
    key: { type: 'secret', title: 'Key' },
  },
  contributes: {
    tools: [
      {
        name: 'greet',
        title: 'Greet',
        description: 'Says hello.',
        inputSchema: { type: 'object' },
        annotations: { readOnlyHint: true },
      },
    ],
    prompts: [{ name: 'welcome', description: 'A welcome.' }],
  },
})

function readManifest(value: unknown): PluginManifest {
  const parsed = parseManifest(value)
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.issues))
  return parsed.manifest
}

const DIGEST = `sha512:${'a'.repeat(128)}`

const chain: readonly ChainLink[] = [
  { layer: 'bytes', state: 'verified', by: DIGEST, detail: 'The bytes have exactly the digest that was signed.' },
  { layer: 'publisher', state: 'verified', by: 'sha256:1', at: '2026-11-01T00:00:00.000Z', detail: 'Signed by acme.' },
]

const release: MarketplaceRelease = {
  pluginId: helloManifest.id,
  version: helloManifest.version,
  kind: helloManifest.kind,
  displayName: helloManifest.displayName,
  description: helloManifest.description,
  keywords: helloManifest.keywords,
  permissions: helloManifest.permissions,
  publisher: { id: 'acme', displayName: 'Acme', trusted: true },
  publishedAt: '2026-11-01T00:00:00.000Z',
  downloads: 7,
  manifest: helloManifest,
  readmeHtml: '<h1>Hello</h1>',
  sizeBytes: 1234,
  bundleDigest: DIGEST,
  versions: [{ version: '1.2.0', publishedAt: '2026-11-01T00:00:00.000Z', yanked: false }],
  chain,
  verified: true,
}

/** A registry with one release in it, as far as the marketplace reads it. */
export const fixtureMarketplace: MarketplacePort = {
  async search({ q }) {
    const items = q === undefined || helloManifest.id.includes(q) ? [release] : []
    return { items, total: items.length }
  },
  async release(pluginId, version) {
    return pluginId === release.pluginId && (version ?? release.version) === release.version ? release : undefined
  },
}

/** The same release, as far as installing needs it. */
export const fixtureReleases: ReleasePort = {
  async inspect(pluginId, version) {
    const found = await fixtureMarketplace.release(pluginId, version)
    return (
      found && {
        manifest: found.manifest,
        bundleDigest: found.bundleDigest,
        chain,
        verified: true,
        newSigner: false,
        policy: [],
      }
    )
  },
  async keep(_pluginId, _version, onStep) {
    onStep('download')
    onStep('verify')
    onStep('unpack')
    return { manifest: helloManifest, bundleDigest: DIGEST, chain, verified: true, newSigner: false, policy: [] }
  },
  stored: async () => ({
    manifest: helloManifest,
    bundleDigest: DIGEST,
    chain,
    verified: true,
    newSigner: false,
    policy: [],
  }),
  chainOf: async () => chain,
  notice: () => undefined,
  discard: async () => {},
}
