import { type ManifestParse, type PluginManifestInput, parseManifest } from '@nexus/plugin-api'

/** The smallest manifest that holds. */
export const minimal = {
  manifestVersion: 1,
  kind: 'connector',
  id: 'acme/hello',
  version: '1.0.0',
  displayName: 'Hello',
  description: 'Greets people.',
  license: 'MIT',
  engines: { nexus: '>=0.1.0 <1.0.0' },
  contributes: {},
} as const satisfies PluginManifestInput

/** Parses the smallest manifest with some members replaced. */
export function parseWith(changes: object): ManifestParse {
  return parseManifest({ ...minimal, ...changes })
}

/** Paths of what is wrong; empty when the manifest holds. */
export function issuePaths(changes: object): readonly string[] {
  const parsed = parseWith(changes)
  return parsed.ok ? [] : parsed.issues.map((issue) => issue.path)
}
