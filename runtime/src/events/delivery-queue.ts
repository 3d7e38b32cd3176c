import type { PublishedEvent } from './event.ts'
import { MAX_QUEUED_BYTES, MAX_QUEUED_EVENTS } from './limits.ts'

/** Events of one subscriber, delivered one after the other. */
export interface DeliveryQueue {
  /** False when there is no room; the event is not kept then. */
  add(event: PublishedEvent): boolean
  count(): number
  /** Takes nothing any more; answers how many were never delivered. What is being delivered is left to end. */
  close(): number
}

/** `deliver` must not reject. */
export function createDeliveryQueue(deliver: (event: PublishedEvent) => Promise<void>): DeliveryQueue {
  let waiting: PublishedEvent[] = []
  let bytes = 0
  let closed = false
  let running = false

  const run = async (): Promise<void> => {
    running = true
    for (let event = waiting.shift(); event !== undefined; event = waiting.shift()) {
      bytes -= event.payload.length
      await deliver(event)
    }
    running = false
  }
  return {
    add(event) {
      const size = event.payload.length
      if (closed || waiting.length >= MAX_QUEUED_EVENTS || bytes + size > MAX_QUEUED_BYTES) return false
      waiting.push(event)
      bytes += size
      if (!running) void run()
      return true
    },
    count: () => waiting.length,
    close() {
      closed = true
      const left = waiting.length
      waiting = []
      bytes = 0
      return left
    },
  }
}
