import { codedError, expectText, own } from '../guest-error.ts'
import type { Disposer } from '../handlers.ts'
import { freeze } from '../primordials.ts'
import { type ContextParts, tellHost } from './parts.ts'
import { callTool } from './tools-call.ts'

/** `context.tools` */
export function createTools(parts: ContextParts): object {
  return freeze({
    handle: (name: string, handler: unknown) => parts.handlers.add('tool', name, handler),
    define: (tool: unknown, handler: unknown) => defineTool(parts, tool, handler),
    call: (tool: unknown, args: unknown, options: unknown) => callTool(parts.bridge, tool, args, options),
  })
}

function defineTool(parts: ContextParts, tool: unknown, handler: unknown): Disposer {
  if (!parts.boot.toolsDynamic) {
    throw codedError(
      'TOOL_NOT_DECLARED',
      'Expected `toolsDynamic` in the manifest of an adapter that defines tools at run time.',
    )
  }
  const name = expectText(own(tool, 'name'), 'the tool name')
  const registration = parts.handlers.define(name, handler, () => tellHost(parts, 'tools.withdraw', name))
  parts.during(parts.bridge.ask('tools.define', { tool }))
  return registration
}
