import { definePlugin } from '@nexus/plugin-api'
import { readServer } from './read-server.ts'

export default definePlugin({
  async activate(context) {
    await context.upstreams.stdio('server', readServer(context.config))
  },
})
