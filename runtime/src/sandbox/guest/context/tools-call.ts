import type { Bridge } from '../bridge.ts'
import { callNumber } from '../call-numbers.ts'
import { expectText, own } from '../guest-error.ts'

/**
 * `context.tools.call`. The plugin says for which of its calls: after an `await` nobody else can know, and a guess would
 * call in somebody else's name.
 */
export async function callTool(bridge: Bridge, tool: unknown, args: unknown, options: unknown): Promise<unknown> {
  const asked = { tool: expectText(tool, 'the tool'), arguments: args }
  return bridge.ask('tools.call', asked, callNumber(own(options, 'call')))
}
