import { z } from 'zod'
import { MAX_CALL_DEPTH } from '../../sandbox/limits.ts'
import { type Site, defineCapability } from '../capability.ts'
import { brokerError } from '../errors.ts'
import { limitReached } from '../limit-reached.ts'
import { MAX_EVENT_BYTES } from '../limits.ts'
import { jsonText } from './argument-schemas.ts'

const emitArgument = z.strictObject({ name: z.string().max(160), payload: jsonText(MAX_EVENT_BYTES) })

/** `context.events.emit`: to whoever subscribes in this workspace. The grant names the event, so nobody speaks for another. */
export const eventsEmit = defineCapability('events.emit', emitArgument, async ({ name, payload }, call, site) => {
  checkGrant(site, name)
  // What is sent after its call is over has nothing above it any more; the quota is what bounds such a loop.
  const depth = call.invocation?.origin?.depth ?? 0
  if (depth >= MAX_CALL_DEPTH) {
    throw brokerError('CALL_DEPTH', `Expected events that answer events at most ${MAX_CALL_DEPTH} deep, found more.`)
  }
  const { id, workspaceId, pluginId, limits } = site.installation
  if (!site.meter.minute('eventsPerMinute').take(1, limits.eventsPerMinute)) {
    throw limitReached(
      site.installation,
      'EVENT_QUOTA',
      'eventsPerMinute',
      (value) =>
        `Expected at most ${value} events within a minute (eventsPerMinute), found more. Wait for the next minute.`,
    )
  }
  site.meter.used('events', name, 'emit')
  site.ports.emit({ installationId: id, workspaceId, pluginId, name, payload, depth })
  return undefined
})

function checkGrant({ installation }: Site, name: string): void {
  if (installation.grants.events.some(({ event, direction }) => event === name && direction === 'emit')) return
  const asked = name.slice(0, 160)
  throw brokerError(
    'PERMISSION_DENIED',
    `Expected a grant to emit \`${asked}\`, found none. Ask for it in \`permissions.events\`.`,
    { details: { family: 'events', asked } },
  )
}
