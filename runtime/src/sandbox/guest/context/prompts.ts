import { freeze } from '../primordials.ts'
import { completionName, learn } from './learn.ts'
import type { ContextParts } from './parts.ts'

/** `context.prompts` */
export function createPrompts(parts: ContextParts): object {
  const { handlers } = parts
  return freeze({
    handle: (name: string, handler: unknown) => handlers.add('prompt', name, handler),
    complete: (name: unknown, argument: unknown, handler: unknown) =>
      handlers.add('completion', completionName('prompt', name, argument), handler),
    define: (prompt: unknown, handler: unknown) => learn(parts, 'prompt', prompt, handler),
  })
}
