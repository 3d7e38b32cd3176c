import { definePlugin } from '@nexus/plugin-api'
import { explainFailure, toResult } from './answer.ts'
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
        try {
          const { url, request } = buildRequest(tool, args, configuration)
          return toResult(await context.network.fetch(url, request))
        } catch (error) {
          return explainFailure(error)
        }
      })
    }
    for (const line of skipped) context.log.warn(line)
    context.log.info(`${tools.length} operations offered as tools.`)
  },
})
