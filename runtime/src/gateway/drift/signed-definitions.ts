import type { PluginManifest } from '@nexus/plugin-api'
import type { Store } from '../../store/store.ts'
import type { Upstream } from '../upstream/upstream.ts'
import { keyText } from './definition.ts'

/** What plugins' manifests define: those definitions are signed, and change only with a version that an admin takes. */
export interface SignedDefinitions {
  /**
   * Definitions of an upstream that are signed, as `keyText`; `undefined` when all of them are, so that there is nothing
   * to review.
   */
  of(upstream: Pick<Upstream, 'installationId' | 'kind'>): Promise<ReadonlySet<string> | undefined>
  /** Names of all signed tools of a workspace, with the label of their plugin. */
  names(workspaceId: string): Promise<ReadonlyMap<string, string>>
}

const NONE: ReadonlySet<string> = new Set()

export function createSignedDefinitions(installations: Store['installations']): SignedDefinitions {
  return {
    async of({ installationId, kind }) {
      // A process or a remote server says what it likes, whoever signed the plugin that opens it.
      if (kind === 'process' || kind === 'remote') return NONE
      const row = await installations.get(installationId)
      if (row === undefined) return NONE
      return learns(row.manifest) ? new Set(definedBy(row.manifest)) : undefined
    },
    async names(workspaceId) {
      const rows = await installations.ofWorkspace(workspaceId)
      return new Map(rows.flatMap(({ manifest, label }) => toolsOf(manifest).map(({ name }) => [name, label])))
    },
  }
}

/** `toolsDynamic` and its like: the code may define more than the manifest does. */
function learns({ contributes }: PluginManifest): boolean {
  return Object.entries(contributes).some(([point, value]) => point.endsWith('Dynamic') && value === true)
}

function toolsOf({ contributes }: PluginManifest): readonly { readonly name: string }[] {
  return 'tools' in contributes ? contributes.tools : []
}

/** Instructions are not among them: they mark an upstream as seen. */
function definedBy(manifest: PluginManifest): readonly string[] {
  const { contributes } = manifest
  const prompts = 'prompts' in contributes ? contributes.prompts : []
  return [
    ...toolsOf(manifest).map(({ name }) => keyText({ kind: 'tool', name })),
    ...prompts.map(({ name }) => keyText({ kind: 'prompt', name })),
  ]
}
