import { definePlugin } from '@nexus/plugin-api'
import { readServer } from './read-server.ts'

export default definePlugin({
  async activate(context) {
    const server = readServer(context.config)
    if (server.secretHeaders !== undefined && server.url.startsWith('http:')) {
      context.log.warn('The token travels unencrypted: the address starts with http:, not https:.')
    }
    await context.upstreams.http('server', server)
  },
})
