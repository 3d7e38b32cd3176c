import { definePlugin, errorCode } from '@nexus/plugin-api'
import { toResult } from './answer.ts'
import { readConfiguration } from './configuration.ts'
import { loadDocument } from './load-document.ts'
import { readTools } from './read-tools.ts'
import { buildRequest } from './request.ts'

export default definePlugin({
  async activate(context) {
    const configuration = readConfiguration(context.config)
    const document = await loadDocument(configuration.source, context.network)
    const { tools, skipped } = readTools(document, configuration)
    for (const tool of tools) {
      context.tools.define(tool.definition, async (args) => {
        const { url, request } = buildRequest(tool, args, configuration)
        try {
          return toResult(await context.network.fetch(url, request))
        } catch (error) {
          if (errorCode(error) !== 'NETWORK_NOT_TEXT') throw error
          return { content: [{ type: 'text', text: 'The API answered with something that is not text.' }], isError: true }
        }
      })
    }
    for (const line of skipped) context.log.warn(line)
    context.log.info(`${tools.length} operations offered as tools.`)
  },
})
