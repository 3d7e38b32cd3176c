export { announceAudit, announceUpstreams } from './announce.ts'
export type { EventReadings, PublishedEvent } from './event.ts'
export { createEventHub, type EventHub, type Subscriber } from './event-hub.ts'
export { eventOfState } from './host-event.ts'
