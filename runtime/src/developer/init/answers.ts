import { PLUGIN_ID, type PluginKind, pluginKinds } from '@nexus/plugin-api'
import { isAccepted } from '../../admission/admit-contributions.ts'
import { developerError } from '../errors.ts'

/** What a new project is made of. */
export interface ProjectAnswers {
  readonly kind: ProjectKind
  /** `publisher/name`. */
  readonly id: string
  /** What people see. */
  readonly displayName: string
  readonly description: string
  /** SPDX expression. */
  readonly license: string
  /** Hosts that it may ask, `host` or `host:port`. */
  readonly hosts: readonly string[]
  /** Whether it needs an API key, which the host puts into requests without showing it to the plugin. */
  readonly apiKey: boolean
}

/** Kinds that a project can be made of: those whose contributions a host takes. */
export type ProjectKind = Exclude<PluginKind, 'auth-provider' | 'ui-panel'>

/** What each kind is for, in the order in which people are asked. */
export const kindWords: Readonly<Record<PluginKind, string>> = {
  connector: 'tools, resources and prompts of your own',
  'mcp-adapter': 'an MCP server elsewhere, offered through Nexus',
  'policy-pack': 'rules that allow, deny or ask before calls',
  'auth-provider': 'a way to sign in',
  'ui-panel': 'a panel of the console',
}

/** Whether the host takes what plugins of this kind contribute. */
export function isProjectKind(kind: PluginKind): kind is ProjectKind {
  // The first point is what the kind is for.
  return isAccepted(pluginKinds[kind][0])
}

/** Reads a kind. Fails with `INIT_ANSWER` for none and `INIT_KIND` for one that no host takes yet. */
export function readKind(text: string): ProjectKind {
  const kind = kinds().find((one) => one === text)
  const accepted = kinds().filter(isProjectKind).join(', ')
  if (kind === undefined)
    throw developerError('INIT_ANSWER', `Expected a kind of plugin (${accepted}), found ${JSON.stringify(text)}.`)
  if (isProjectKind(kind)) return kind
  throw developerError(
    'INIT_KIND',
    `Expected a kind that this version of Nexus runs (${accepted}), found ${kind}: hosts refuse to install it for now.`,
  )
}

/** All kinds, those that a host runs first. */
export function kinds(): readonly PluginKind[] {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the keys of a table that has every kind
  const all = Object.keys(kindWords) as PluginKind[]
  return all.toSorted((left, right) => Number(isProjectKind(right)) - Number(isProjectKind(left)))
}

/** Reads `publisher/name`. Fails with `INIT_ANSWER`. */
export function readId(text: string): string {
  if (PLUGIN_ID.test(text)) return text
  throw developerError(
    'INIT_ANSWER',
    `Expected publisher/name in lower-case letters, digits and inner hyphens, for example acme/weather, found ${JSON.stringify(text)}.`,
  )
}

/** `acme/daily-weather` → `Daily weather`. */
export function displayNameOf(id: string): string {
  const words = (id.split('/')[1] ?? '').replaceAll('-', ' ')
  return `${words.slice(0, 1).toUpperCase()}${words.slice(1)}`
}
