import { errorCode } from '@nexus/plugin-api'
import { z } from 'zod'
import type { RegistryClient } from '../../install/index.ts'
import { MAX_COMPONENTS } from './limits.ts'

/** One release in the list of its plugin's, as the registry tells it. */
export interface ListedRelease {
  readonly version: string
  readonly publishedAt: Date
  readonly sizeBytes: number
  readonly yanked: boolean
  readonly revoked: boolean
  /** The share of hosts that take it by themselves, percent. */
  readonly rolloutPercent: number
}

/** What the registry says of a plugin. For choosing and for showing: what is installed is verified elsewhere. */
export interface PluginFacts {
  readonly releases: readonly ListedRelease[]
  /** Version by channel. */
  readonly channels: Readonly<Record<string, string>>
  /** Rendered and sanitised, of the newest release. */
  readonly changelogHtml: string
}

/** A finding of the registry's scan. */
export interface ScanFinding {
  readonly code: string
  readonly severity: string
  readonly file: string
  readonly message: string
}

/** What the registry says of one release. */
export interface ReleaseFacts {
  readonly deprecated: string | undefined
  readonly yankReason: string | undefined
  readonly revoked: string | undefined
  readonly scan: { readonly verdict: string; readonly findings: readonly ScanFinding[] } | undefined
  readonly advisories: readonly { readonly id: string; readonly title: string; readonly severity: string }[]
  /** npm packages in the bundle, by its bill of materials; `undefined` without one. */
  readonly components: readonly { readonly name: string; readonly version: string }[] | undefined
}

/** The registry, as far as updates ask it. Rejects with `REGISTRY_UNREACHABLE` when it does not answer. */
export interface RegistryFacts {
  /** `undefined` when it does not know the plugin. */
  plugin(pluginId: string): Promise<PluginFacts | undefined>
  release(pluginId: string, version: string): Promise<ReleaseFacts | undefined>
}

const short = z.string().max(2000)
const listed = z.looseObject({
  version: z.string(),
  publishedAt: z.string(),
  size: z.number(),
  yanked: z.boolean(),
  revoked: z.unknown(),
  rollout: z.looseObject({ percent: z.number() }).optional().catch(undefined),
})
const finding = z.looseObject({
  code: short,
  severity: short.default('info'),
  file: short.default(''),
  message: short.default(''),
})
const component = z.looseObject({ name: short, version: short.default(''), group: short.optional() })
// A registry may know less than this host asks for: what is missing or of another form is not said.
const more = z.looseObject({
  deprecated: short.optional().catch(undefined),
  yankReason: short.optional().catch(undefined),
  revoked: z
    .looseObject({ reason: short.default('') })
    .optional()
    .catch(undefined),
  scan: z
    .looseObject({ verdict: short, findings: z.array(finding).max(500).default([]) })
    .optional()
    .catch(undefined),
  advisories: z
    .array(z.looseObject({ id: short, title: short.default(''), severity: short.default('') }))
    .max(100)
    .optional()
    .catch(undefined),
  sbom: z
    .looseObject({ components: z.array(component).max(MAX_COMPONENTS) })
    .optional()
    .catch(undefined),
})

/** Asks a registry over HTTP. */
export function createRegistryFacts(registry: Pick<RegistryClient, 'plugin' | 'release'>): RegistryFacts {
  return {
    async plugin(pluginId) {
      const detail = await known(() => registry.plugin(pluginId))
      if (detail === undefined) return undefined
      return {
        releases: detail.versions.map((release) => listedRelease(listed.parse(release))),
        channels: detail.channels ?? {},
        changelogHtml: detail.changelogHtml,
      }
    },
    async release(pluginId, version) {
      const detail = await known(() => registry.release(pluginId, version))
      if (detail === undefined) return undefined
      const { deprecated, yankReason, revoked, scan, advisories = [], sbom } = more.parse(detail)
      return {
        deprecated,
        yankReason,
        revoked: revoked?.reason,
        scan,
        advisories,
        components: sbom?.components.map(({ name, version: of, group }) => ({
          name: group === undefined || group === '' ? name : `${group}/${name}`,
          version: of,
        })),
      }
    },
  }
}

function listedRelease(release: z.output<typeof listed>): ListedRelease {
  const { version, publishedAt, size, yanked, revoked, rollout } = release
  return {
    version,
    publishedAt: new Date(publishedAt),
    sizeBytes: size,
    yanked,
    revoked: revoked !== undefined && revoked !== null && revoked !== false,
    rolloutPercent: rollout?.percent ?? 100,
  }
}

async function known<Answer>(ask: () => Promise<Answer>): Promise<Answer | undefined> {
  try {
    return await ask()
  } catch (error) {
    if (errorCode(error) === 'INSTALL_RELEASE_NOT_FOUND') return undefined
    throw error
  }
}
