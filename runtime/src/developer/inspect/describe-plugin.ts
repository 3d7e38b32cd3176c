import { type LocalizedText, PERMISSION_FAMILIES, type PluginManifest } from '@nexus/plugin-api'

/** What a plugin asks for, as people read it. */
export interface AskedPermission {
  readonly family: string
  /** For example `api.example.com (GET)`. */
  readonly what: string
  readonly reason: string
  readonly optional: boolean
}

/** What a plugin is, before anybody installs it. */
export interface PluginDescription {
  readonly id: string
  readonly version: string
  readonly kind: string
  readonly displayName: string
  readonly description: string
  readonly license: string
  readonly permissions: readonly AskedPermission[]
  readonly tools: readonly { readonly name: string; readonly description: string }[]
  readonly profile: string
  /** Narrower limits than the profile's, by name. */
  readonly limits: Readonly<Record<string, number>>
}

export function describePlugin(manifest: PluginManifest): PluginDescription {
  const { id, version, kind, license, sandbox, permissions, optionalPermissions } = manifest
  const limits = Object.entries(sandbox.limits).filter((entry): entry is [string, number] => entry[1] !== undefined)
  return {
    id,
    version,
    kind,
    displayName: inEnglish(manifest.displayName),
    description: inEnglish(manifest.description),
    license,
    permissions: [...asked(permissions, false), ...asked(optionalPermissions, true)],
    tools: toolsOf(manifest).map(({ name, description }) => ({ name, description: inEnglish(description) })),
    profile: sandbox.profile,
    limits: Object.fromEntries(limits),
  }
}

/** The tools that the manifest promises. */
export function toolsOf({ contributes }: PluginManifest) {
  return 'tools' in contributes ? contributes.tools : []
}

function asked(permissions: PluginManifest['permissions'], optional: boolean): readonly AskedPermission[] {
  return PERMISSION_FAMILIES.flatMap((family) =>
    (permissions[family] ?? []).map(({ reason, ...rest }) => ({
      family,
      what: wordsOf(rest),
      reason: inEnglish(reason),
      optional,
    })),
  )
}

/** The members of a permission without its reason: what first, how in brackets. */
function wordsOf(permission: object): string {
  const [first, ...rest] = Object.entries(permission).filter(([, value]) => value !== undefined && value !== '')
  if (first === undefined) return ''
  const what = first[0] === 'fromConfig' ? `whatever the field ${String(first[1])} says` : String(first[1])
  const how = rest.map(([name, value]) =>
    Array.isArray(value) ? value.join(', ') : name === 'access' ? value : `${name} ${value}`,
  )
  return how.length === 0 ? what : `${what} (${how.join(', ')})`
}

function inEnglish(text: LocalizedText): string {
  return typeof text === 'string' ? text : (text['en'] ?? Object.values(text)[0] ?? '')
}
