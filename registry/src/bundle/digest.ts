import { createHash } from 'node:crypto'
import type { PluginManifest } from '@nexus/plugin-api'

/** `sha512:` of a bundle's bytes: the release's identity. */
export type BundleDigest = `sha512:${string}`

/** `sha256:` of a file or of a canonical text. */
export type FileDigest = `sha256:${string}`

export function digestBundle(bytes: Uint8Array): BundleDigest {
  return `sha512:${createHash('sha512').update(bytes).digest('hex')}`
}

export function digestFile(bytes: Uint8Array | string): FileDigest {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`
}

/** `sha256:` of the tool definitions that the manifest holds, in canonical JSON. */
export function digestTools(manifest: PluginManifest): FileDigest {
  return digestFile(canonicalJson('tools' in manifest.contributes ? manifest.contributes.tools : []))
}

/** JSON with sorted keys and no white space (RFC 8785 for the values that manifests hold). */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  const members = Object.entries(value)
    .filter(([, member]) => member !== undefined)
    .toSorted(([left], [right]) => (left < right ? -1 : 1))
  return `{${members.map(([key, member]) => `${JSON.stringify(key)}:${canonicalJson(member)}`).join(',')}}`
}
