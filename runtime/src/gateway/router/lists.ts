import type { Principal } from '../../identity/principal.ts'
import type { PolicyPort } from '../../policy/decide.ts'
import { isSearched, SEARCH_TOOLS } from '../search/search-mode.ts'
import type { RpcResult } from '../wire/rpc-result.ts'
import { listedPage } from './listed-page.ts'
import type { Exposed, ExposedResource, ExposedTemplate, View } from './view.ts'
import { seesPrompt, seesTool, seesUri } from './visibility.ts'

/** The lists of a server by the member of their results. */
export const LIST_MEMBERS = ['tools', 'prompts', 'resources', 'resourceTemplates'] as const
export type ListMember = (typeof LIST_MEMBERS)[number]

type Sees = Pick<PolicyPort, 'isVisible'>

const exposedName = ({ exposed }: Exposed) => exposed

/** One page of one list, as the principal sees it: what clients get, and what the preview of a server shows. */
export function listPage(
  policy: Sees,
  principal: Principal,
  view: View,
  member: ListMember,
  cursor: unknown,
): RpcResult {
  if (member === 'tools' && isSearched(view)) {
    const list = { member, entries: SEARCH_TOOLS, keyOf: ({ exposed }: (typeof SEARCH_TOOLS)[number]) => exposed }
    return listedPage(view, list, cursor, () => true)
  }
  if (member === 'tools') {
    const list = { member, entries: view.tools, keyOf: exposedName }
    return listedPage(view, list, cursor, seesTool(policy, principal, view))
  }
  if (member === 'prompts') {
    const list = { member, entries: view.prompts, keyOf: exposedName }
    return listedPage(view, list, cursor, seesPrompt(policy, principal, view))
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
