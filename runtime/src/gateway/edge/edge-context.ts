import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Principal } from '../../identity/principal.ts'
import type { Target } from '../call.ts'
import type { CallDoors } from '../router/call-tool.ts'
import type { ChangeHub } from '../router/change-hub.ts'
import type { Selection } from '../router/selection.ts'
import type { Subscriptions } from '../router/subscriptions.ts'
import type { View } from '../router/view.ts'
import type { OnDropped } from './answer.ts'
import type { Connections } from './connections.ts'

/** What both eras need of the rest of the gateway. */
export interface EdgeContext {
  readonly doors: CallDoors
  readonly hub: ChangeHub
  readonly subscriptions: Subscriptions
  readonly connections: Connections
  /** What a target stands for, for this principal; fails with `VIRTUAL_SERVER_UNKNOWN`. */
  select(target: Target, principal: Principal): Promise<Selection>
  /** The same for a target that was selected before; `undefined` when it is gone, or not for this principal any more. */
  selected(target: Target, principal: Principal): Selection | undefined
  viewOf(selection: Selection): Promise<View>
}

/** One HTTP request of an authenticated client. */
export interface EdgeRequest {
  readonly request: IncomingMessage
  readonly response: ServerResponse
  readonly principal: Principal
  readonly target: Target
  readonly requestId: string
  readonly dropped: OnDropped
  /** Asks again whether the client may be here; fails as the request would. */
  readonly recheck: () => Promise<void>
}
