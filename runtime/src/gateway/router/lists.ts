import type { Principal } from '../../identity/principal.ts'
import type { PolicyPort } from '../../policy/decide.ts'
import type { EntryKind } from '../../store/virtual-server-row.ts'
import { judgeAtDoor } from '../virtual/server-door.ts'
import type { RpcResult } from '../wire/rpc-result.ts'
import { listedPage } from './listed-page.ts'
import type { Exposed, ExposedResource, ExposedTemplate, View } from './view.ts'

/** The lists of a server by the member of their results. */
export const LIST_MEMBERS = ['tools', 'prompts', 'resources', 'resourceTemplates'] as const
export type ListMember = (typeof LIST_MEMBERS)[number]

type Sees = Pick<PolicyPort, 'isVisible'>

const exposedName = ({ exposed }: Exposed) => exposed

function seesNamed(policy: Sees, principal: Principal, kind: 'tool' | 'prompt', view: View) {
  return ({ upstream, original: key, entry }: Exposed): boolean =>
    policy.isVisible(principal, upstream.pluginId, key, kind) &&
    judgeAtDoor(view.server, principal, { kind, upstream, key, entry }).effect === 'allow'
}

function seesUri(policy: Sees, principal: Principal, kind: EntryKind, view: View) {
  return ({ upstream, key, entry }: Pick<ExposedResource, 'upstream' | 'entry'> & { readonly key: string }): boolean =>
    // A template is not a URI that a rule could name; what is read by it is judged when it is read.
    (kind === 'resourceTemplate' || policy.isVisible(principal, upstream.pluginId, key, 'resource')) &&
    judgeAtDoor(view.server, principal, { kind, upstream, key, entry }).effect === 'allow'
}

/** One page of one list, as the principal sees it: what clients get, and what the preview of a server shows. */
export function listPage(
  policy: Sees,
  principal: Principal,
  view: View,
  member: ListMember,
  cursor: unknown,
): RpcResult {
  if (member === 'tools') {
    const list = { member, entries: view.tools, keyOf: exposedName }
    return listedPage(view, list, cursor, seesNamed(policy, principal, 'tool', view))
  }
  if (member === 'prompts') {
    const list = { member, entries: view.prompts, keyOf: exposedName }
    return listedPage(view, list, cursor, seesNamed(policy, principal, 'prompt', view))
  }
  if (member === 'resources') {
    const sees = seesUri(policy, principal, 'resource', view)
    const list = { member, entries: view.resources, keyOf: ({ uri }: ExposedResource) => uri }
    return listedPage(view, list, cursor, ({ uri, upstream, entry }) => sees({ key: uri, upstream, entry }))
  }
  const sees = seesUri(policy, principal, 'resourceTemplate', view)
  const list = { member, entries: view.templates, keyOf: ({ uriTemplate }: ExposedTemplate) => uriTemplate }
  return listedPage(view, list, cursor, ({ uriTemplate, upstream, entry }) =>
    sees({ key: uriTemplate, upstream, entry }),
  )
}
