import { randomUUIDv7 } from 'node:crypto'
import { errorCode } from '@nexus/plugin-api'
import { pluginPrincipal } from '../identity/principal.ts'
import { MAX_CALL_DEPTH } from '../sandbox/limits.ts'
import type { Sandbox } from '../sandbox/sandbox.ts'
import { createDeliveryQueue, type DeliveryQueue } from './delivery-queue.ts'
import type { EventReadings, PublishedEvent } from './event.ts'

/** A running plugin that may hear events. */
export interface Subscriber {
  readonly installationId: string
  readonly workspaceId: string
  readonly pluginId: string
  /** Events that it was granted to hear. */
  readonly events: ReadonlySet<string>
  /** Asked for each delivery; a hibernated sandbox wakes. */
  readonly sandbox: Pick<Sandbox, 'invoke'>
}

/** Where events meet those who hear them. */
export interface EventHub {
  /** Whether anybody in the workspace hears events of this name: most calls are made where nobody does. */
  hears(workspaceId: string, name: string): boolean
  /** Returns at once. Only subscribers of the event's own workspace ever see it. */
  publish(event: PublishedEvent): void
  /** Until disposed. */
  subscribe(subscriber: Subscriber): Disposable
  readings(installationId: string): EventReadings
  /** Forgets the counters of an installation that was removed. */
  forget(installationId: string): void
}

interface Counter {
  sent: number
  delivered: number
  failed: number
  dropped: number
}

interface Subscription {
  readonly subscriber: Subscriber
  readonly queue: DeliveryQueue
}

/** `log` writes to the subscriber's own log. */
export function createEventHub(log: (installationId: string, level: 'warn', message: string) => void): EventHub {
  const byWorkspace = new Map<string, Set<Subscription>>()
  const counters = new Map<string, Counter>()
  const counterOf = (installationId: string): Counter => {
    const counter = counters.get(installationId) ?? { sent: 0, delivered: 0, failed: 0, dropped: 0 }
    counters.set(installationId, counter)
    return counter
  }
  return {
    hears: (workspaceId, name) =>
      byWorkspace
        .get(workspaceId)
        ?.values()
        .some(({ subscriber }) => subscriber.events.has(name)) ?? false,
    publish(event) {
      if (event.from !== undefined) counterOf(event.from).sent += 1
      for (const { subscriber, queue } of byWorkspace.get(event.workspaceId) ?? []) {
        if (!subscriber.events.has(event.name) || subscriber.installationId === event.from) continue
        // Whoever answers it would stand too deep: here an endless echo between plugins ends.
        const taken = event.depth < MAX_CALL_DEPTH && queue.add(event)
        if (!taken) counterOf(subscriber.installationId).dropped += 1
      }
    },
    subscribe(subscriber) {
      const counter = counterOf(subscriber.installationId)
      const queue = createDeliveryQueue(async (event) => {
        try {
          await deliver(subscriber, event)
          counter.delivered += 1
        } catch (error) {
          counter.failed += 1
          const reason = error instanceof Error ? error.message : String(error)
          log(
            subscriber.installationId,
            'warn',
            `The event ${event.name} was not handled: ${errorCode(error) ?? 'UNKNOWN'}: ${reason}`,
          )
        }
      })
      const subscription = { subscriber, queue }
      const { workspaceId } = subscriber
      const others = byWorkspace.get(workspaceId) ?? new Set()
      byWorkspace.set(workspaceId, others.add(subscription))
      return {
        [Symbol.dispose]() {
          counter.dropped += queue.close()
          others.delete(subscription)
          if (others.size === 0 && byWorkspace.get(workspaceId) === others) byWorkspace.delete(workspaceId)
        },
      }
    },
    readings(installationId) {
      const waiting = [...byWorkspace.values()]
        .flatMap((subscriptions) => [...subscriptions])
        .filter(({ subscriber }) => subscriber.installationId === installationId)
      const counter = counters.get(installationId) ?? { sent: 0, delivered: 0, failed: 0, dropped: 0 }
      return { ...counter, queued: waiting.reduce((sum, { queue }) => sum + queue.count(), 0) }
    },
    forget: (installationId) => void counters.delete(installationId),
  }
}

/** Nobody waits for a delivery and nobody cancels it: the sandbox's own limits end it. */
const NEVER = new AbortController().signal

async function deliver({ sandbox, workspaceId, pluginId }: Subscriber, event: PublishedEvent): Promise<void> {
  const { name, at, source, payload, depth } = event
  const head = JSON.stringify({ name, at: at.toISOString(), source })
  const principal = pluginPrincipal(workspaceId, pluginId)
  await sandbox.invoke({
    handler: 'event',
    name,
    payload: `${head.slice(0, -1)},"payload":${payload}}`,
    requestId: randomUUIDv7(),
    principal: { id: principal.id, displayName: principal.displayName },
    origin: { principal, depth: depth + 1, chain: [] },
    signal: NEVER,
  })
}
