import type { BrokerPorts } from '../broker/index.ts'
import { type EventHub, announceUpstreams } from '../events/index.ts'
import type { Gateway } from '../gateway/index.ts'
import { type Scheduler, createScheduler } from '../schedule/index.ts'
import type { Foundation } from './open-foundation.ts'

/** What calls plugins without anybody calling: events and the clock. */
export interface Background {
  readonly events: EventHub
  readonly scheduler: Scheduler
}

export function openBackground(
  base: Foundation,
  gateway: Gateway,
  stack: AsyncDisposableStack,
  /** Absent: by the machine's clock. */
  given?: Scheduler,
): Background {
  const { store, audit, log, events } = base
  stack.use(announceUpstreams(gateway.upstreams, events))
  const scheduler =
    given ??
    createScheduler({
      store,
      audit,
      log: (installationId, level, message) => log.write(installationId, level, message),
    })
  return { events, scheduler }
}

/** The broker's ways to other plugins: their tools through the gateway, their ears through the hub. */
export function waysToOthers(gateway: Gateway, events: EventHub): Pick<BrokerPorts, 'callTool' | 'emit'> {
  return {
    callTool: ({ origin: { principal, depth, chain }, ...call }) =>
      gateway.relay({ ...call, principal, ancestry: { depth, chain } }),
    emit: ({ installationId, pluginId, ...event }) =>
      events.publish({ ...event, source: pluginId, from: installationId, at: new Date() }),
  }
}
