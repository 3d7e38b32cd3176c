import { randomUUIDv7 } from 'node:crypto'
import type { JsonObject } from '@nexus/plugin-api'
import { gatewayError } from '../../errors.ts'
import { isJsonObject } from '../../json-rpc.ts'
import { MAX_SUBSCRIPTIONS } from '../../limits.ts'
import { LOG_LEVELS } from '../../protocol.ts'
import { ownerFor, uriOf } from '../../router/router.ts'
import type { View } from '../../router/view.ts'
import type { EdgeContext } from '../edge-context.ts'
import type { Session } from './session.ts'

type SessionMethod = (
  context: EdgeContext,
  session: Session,
  params: JsonObject | undefined,
  view: () => Promise<View>,
  signal: AbortSignal,
) => Promise<JsonObject>

const subscribe: SessionMethod = async (context, session, params, view, signal) => {
  const uri = uriOf(params)
  if (session.subscriptions.has(uri)) return {}
  if (session.subscriptions.size >= MAX_SUBSCRIPTIONS) {
    throw gatewayError(
      'SUBSCRIPTION_LIMIT',
      `Expected at most ${MAX_SUBSCRIPTIONS} subscriptions, found as many already.`,
    )
  }
  const owner = ownerFor(context.doors.policy, await view(), uri, session.start.principal)
  // A session that ended meanwhile would never end the subscription.
  signal.throwIfAborted()
  session.subscriptions.set(uri, owner)
  try {
    await context.subscriptions.add(owner, uri)
  } catch (error) {
    session.subscriptions.delete(uri)
    throw error
  }
  return {}
}

const unsubscribe: SessionMethod = async (context, session, params) => {
  const uri = uriOf(params)
  const owner = session.subscriptions.get(uri)
  session.subscriptions.delete(uri)
  if (owner !== undefined) await context.subscriptions.remove(owner, uri)
  return {}
}

/** The level is kept for the session and applied here; upstreams that many clients share are set to tell everything. */
const setLevel: SessionMethod = async (_context, session, params, view, signal) => {
  const level = params?.['level']
  if (typeof level !== 'string' || !LOG_LEVELS.includes(level)) {
    throw gatewayError('PARAMS_INVALID', `Expected \`level\` to be one of ${LOG_LEVELS.join(', ')}.`)
  }
  session.setLogLevel(level)
  const { tools } = await view()
  const upstreams = new Set(tools.map(({ upstream }) => upstream).filter((upstream) => upstream.state() === 'ready'))
  const asked = [...upstreams].map(async (upstream) => {
    const { capabilities } = await upstream.catalog(signal)
    if (!isJsonObject(capabilities['logging'])) return
    await upstream.request({
      method: 'logging/setLevel',
      params: { level: 'debug' },
      requestId: randomUUIDv7(),
      principal: session.start.principal,
      client: session.client(),
      signal,
    })
  })
  // The session's level is set whether an upstream listens or not.
  await Promise.allSettled(asked)
  return {}
}

/** Requests that concern the session itself. */
export const SESSION_METHODS: ReadonlyMap<string, SessionMethod> = new Map([
  ['ping', () => Promise.resolve({})],
  ['resources/subscribe', subscribe],
  ['resources/unsubscribe', unsubscribe],
  ['logging/setLevel', setLevel],
])
