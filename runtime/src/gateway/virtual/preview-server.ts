import type { JsonObject } from '@nexus/plugin-api'
import type { Principal } from '../../identity/principal.ts'
import type { PolicyPort } from '../../policy/decide.ts'
import type { EntryKind } from '../../store/virtual-server-row.ts'
import { isJsonObject } from '../json-rpc.ts'
import { type ListMember, listPage } from '../router/lists.ts'
import type { Exposed, Problem, View } from '../router/view.ts'
import { seesPrompt, seesTool } from '../router/visibility.ts'
import { isSearched } from '../search/search-mode.ts'
import { mayEnter } from './server-door.ts'

/** Where something that a server offers comes from. */
export interface PreviewSource {
  readonly kind: EntryKind
  readonly exposed: string
  readonly upstream: string
  readonly original: string
  /** Whether the principal sees it. */
  readonly visible: boolean
}

/** What one principal sees of a server. */
export interface ServerPreview {
  /** False when the principal may not use the server at all; its lists are empty then. */
  readonly access: boolean
  /** Whether clients get the tools of the search in place of the list; `sources` says what they find with them. */
  readonly searched: boolean
  readonly tools: readonly JsonObject[]
  readonly prompts: readonly JsonObject[]
  readonly resources: readonly JsonObject[]
  readonly resourceTemplates: readonly JsonObject[]
  readonly sources: readonly PreviewSource[]
  readonly problems: readonly Problem[]
}

type Sees = Pick<PolicyPort, 'isVisible'>

/** A whole list, page by page, from where clients get it. */
function allOf(policy: Sees, principal: Principal, view: View, member: ListMember): readonly JsonObject[] {
  const entries: JsonObject[] = []
  let cursor: unknown
  do {
    const page = listPage(policy, principal, view, member, cursor)
    const list = page.get(member)
    if (Array.isArray(list)) entries.push(...list.filter(isJsonObject))
    cursor = page.get('nextCursor')
  } while (cursor !== undefined)
  return entries
}

function sources(
  kind: 'tool' | 'prompt',
  offered: readonly Exposed[],
  sees: (entry: Exposed) => boolean,
): PreviewSource[] {
  return offered.map((entry) => ({
    kind,
    exposed: entry.exposed,
    upstream: entry.upstream.label,
    original: entry.original,
    visible: sees(entry),
  }))
}

/** What `principal` gets from the lists of `view`: the same text that its client is sent. */
export function previewView(policy: Sees, principal: Principal, view: View): ServerPreview {
  const access = mayEnter(view.server, principal)
  const listOf = (member: ListMember) => (access ? allOf(policy, principal, view, member) : [])
  const tool = seesTool(policy, principal, view)
  const prompt = seesPrompt(policy, principal, view)
  return {
    access,
    searched: isSearched(view),
    tools: listOf('tools'),
    prompts: listOf('prompts'),
    resources: listOf('resources'),
    resourceTemplates: listOf('resourceTemplates'),
    sources: [
      ...sources('tool', view.tools, (entry) => access && tool(entry)),
      ...sources('prompt', view.prompts, (entry) => access && prompt(entry)),
    ],
    problems: view.problems,
  }
}
