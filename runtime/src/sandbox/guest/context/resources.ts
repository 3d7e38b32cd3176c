import { expectText } from '../guest-error.ts'
import { freeze } from '../primordials.ts'
import { completionName, learn } from './learn.ts'
import type { ContextParts } from './parts.ts'

/** `context.resources` */
export function createResources(parts: ContextParts): object {
  const { bridge, handlers } = parts
  return freeze({
    handle: (name: string, handler: unknown) => handlers.add('resource', name, handler),
    complete: (name: unknown, variable: unknown, handler: unknown) =>
      handlers.add('completion', completionName('resource', name, variable), handler),
    define: (resource: unknown, handler: unknown) => learn(parts, 'resource', resource, handler),
    async changed(uri: unknown) {
      await bridge.ask('resources.changed', { uri: expectText(uri, 'the URI') })
    },
  })
}
