import type { ImportInput, ImportOption } from '../contract/index.ts'

/** What people and the configuration have to be asked for, and what they become. */
export interface Draft {
  readonly title: string
  readonly inputs: readonly ImportInput[]
  readonly notes: ImportOption['notes']
  readonly pluginId: string
  /** Only for plugins of a Nexus registry. */
  readonly version?: string
  /** Builds the settings. `values` are checked texts by key, `secrets` names of secrets by key. */
  configure(given: Given): Readonly<Record<string, unknown>>
  /** What must be on this machine before it can start. */
  prepare?(): Promise<void>
}

export interface Given {
  readonly values: Readonly<Record<string, string>>
  readonly secrets: Readonly<Record<string, string>>
}

/** One way to run a server: a draft, or why there is none. */
export type Way = { readonly title: string; readonly draft: () => Draft | Promise<Draft> }
