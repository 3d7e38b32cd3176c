import { definePlugin } from '@nexus/plugin-api'
import { readServer } from './read-server.ts'

export default definePlugin({
  activate(context) {
    return context.upstreams.stdio('server', readServer(context.config))
  },
})
