import { expectText } from '../guest-error.ts'
import { freeze, toJson } from '../primordials.ts'
import type { ContextParts } from './parts.ts'

/** `context.events` */
export function createEvents({ bridge, handlers }: ContextParts): object {
  return freeze({
    on: (name: string, handler: unknown) => handlers.add('event', name, handler),
    async emit(name: unknown, payload: unknown) {
      const text = toJson(payload)
      if (typeof text !== 'string') throw new TypeError('Expected a JSON payload, found undefined or a function.')
      await bridge.ask('events.emit', { name: expectText(name, 'the event name'), payload: text })
    },
  })
}
