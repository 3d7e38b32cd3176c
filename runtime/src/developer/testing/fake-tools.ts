import type { JsonObject } from '@nexus/plugin-api'
import type { FakeTool } from '@nexus/plugin-api/testing'
import type { BrokerPorts } from '../../broker/index.ts'
import { gatewayError } from '../../gateway/errors.ts'

/** Plays tools of other plugins, by `publisher/plugin:tool`. What is not played is not there. */
export function fakeTools(tools: Readonly<Record<string, FakeTool>>): BrokerPorts['callTool'] {
  return async ({ pluginId, tool, arguments: args }) => {
    const name = `${pluginId}:${tool}`
    const fake = tools[name]
    if (fake === undefined)
      throw gatewayError('TOOL_UNKNOWN', `Expected \`openPlugin({ tools })\` to play ${name}, found it does not.`)
    const answer = await fake(args)
    const result = typeof answer === 'string' ? { content: [{ type: 'text', text: answer }] } : answer
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- JSON of an object is a JSON object
    return JSON.parse(JSON.stringify(result)) as JsonObject
  }
}
