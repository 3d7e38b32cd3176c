import { errorCode } from '@nexus/plugin-api'
import type { Advisory, ReleaseSummary } from '@nexus/registry/contract'
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

/** Where the facts come from. */
export interface FactSources {
  readonly registry: Pick<RegistryClient, 'plugin' | 'release'>
  /** A release's bill of materials (CycloneDX), or whatever stands in its place. Rejects when there is none. */
  sbom(pluginId: string, version: string): Promise<object>
  /** Advisories about a version. */
  advisories(pluginId: string, version: string): readonly Pick<Advisory, 'id' | 'title' | 'severity'>[]
}

const component = z.looseObject({
  name: z.string().max(300),
  version: z.string().max(100).default(''),
  group: z.string().max(300).default(''),
})
const componentList = z.looseObject({ components: z.array(component).max(MAX_COMPONENTS).default([]) })

/** Asks a registry over HTTP. */
export function createRegistryFacts(sources: FactSources): RegistryFacts {
  const { registry } = sources
  return {
    async plugin(pluginId) {
      const detail = await known(() => registry.plugin(pluginId))
      if (detail === undefined) return undefined
      const { versions, channels = {}, changelogHtml } = detail
      return { releases: versions.map(listedRelease), channels, changelogHtml }
    },
    async release(pluginId, version) {
      const [detail, components] = await Promise.all([
        known(() => registry.release(pluginId, version)),
        componentsOf(sources, pluginId, version),
      ])
      if (detail === undefined) return undefined
      const { deprecated, yankReason, revoked, scan } = detail
      const advisories = sources.advisories(pluginId, version)
      return { deprecated, yankReason, revoked: revoked?.reason, scan, advisories, components }
    },
  }
}

function listedRelease({ version, publishedAt, size, yanked, revoked, rollout }: ReleaseSummary): ListedRelease {
  return {
    version,
    publishedAt: new Date(publishedAt),
    sizeBytes: size,
    yanked,
    revoked: revoked !== undefined,
    rolloutPercent: rollout?.percent ?? 100,
  }
}

/** What is not there, or is no list that can be read, is not compared. */
async function componentsOf(
  { sbom }: FactSources,
  pluginId: string,
  version: string,
): Promise<ReleaseFacts['components']> {
  const [document] = await Promise.allSettled([sbom(pluginId, version)])
  const parsed = componentList.safeParse(document.status === 'fulfilled' ? document.value : undefined)
  return parsed.data?.components.map(({ name, version: of, group }) => ({
    name: group === '' ? name : `${group}/${name}`,
    version: of,
  }))
}

async function known<Answer>(ask: () => Promise<Answer>): Promise<Answer | undefined> {
  try {
    return await ask()
  } catch (error) {
    if (errorCode(error) === 'INSTALL_RELEASE_NOT_FOUND') return undefined
    throw error
  }
}
