import type { Principal } from '../../identity/principal.ts'
import type { PolicyPort } from '../../policy/decide.ts'
import type { EntryKind } from '../../store/virtual-server-row.ts'
import { judgeAtDoor } from '../virtual/server-door.ts'
import type { Exposed, ExposedResource, View } from './view.ts'

type Sees = Pick<PolicyPort, 'isVisible'>

function seesNamed(policy: Sees, principal: Principal, kind: 'tool' | 'prompt', view: Pick<View, 'server'>) {
  return ({ upstream, original: key, entry }: Exposed): boolean =>
    policy.isVisible(principal, upstream.pluginId, key, kind) &&
    judgeAtDoor(view.server, principal, { kind, upstream, key, entry }).effect === 'allow'
}

/** Which tools of a view the principal may see: by the rules of the workspace and of the server. */
export function seesTool(policy: Sees, principal: Principal, view: Pick<View, 'server'>): (tool: Exposed) => boolean {
  return seesNamed(policy, principal, 'tool', view)
}

/** The same for prompts. */
export function seesPrompt(
  policy: Sees,
  principal: Principal,
  view: Pick<View, 'server'>,
): (prompt: Exposed) => boolean {
  return seesNamed(policy, principal, 'prompt', view)
}

/** The same for what has a URI; `key` is the URI or its template. */
export function seesUri(policy: Sees, principal: Principal, kind: EntryKind, view: Pick<View, 'server'>) {
  return ({ upstream, key, entry }: Pick<ExposedResource, 'upstream' | 'entry'> & { readonly key: string }): boolean =>
    // A template is not a URI that a rule could name; what is read by it is judged when it is read.
    (kind === 'resourceTemplate' || policy.isVisible(principal, upstream.pluginId, key, 'resource')) &&
    judgeAtDoor(view.server, principal, { kind, upstream, key, entry }).effect === 'allow'
}
