import { freeze } from '../primordials.ts'
import { learn } from './learn.ts'
import type { ContextParts } from './parts.ts'
import { callTool } from './tools-call.ts'

/** `context.tools` */
export function createTools(parts: ContextParts): object {
  return freeze({
    handle: (name: string, handler: unknown) => parts.handlers.add('tool', name, handler),
    define: (tool: unknown, handler: unknown) => learn(parts, 'tool', tool, handler),
    call: (tool: unknown, args: unknown, options: unknown) => callTool(parts.bridge, tool, args, options),
  })
}
