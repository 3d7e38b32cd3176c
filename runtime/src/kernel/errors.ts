import { createErrorFactory } from '@nexus/plugin-api'

export const kernelErrors = {
  KERNEL_CLOSED: { fault: 'host', status: 503, title: 'The host is shutting down' },
  KERNEL_UNKNOWN_PLUGIN: { fault: 'caller', status: 404, title: 'No such installation' },
  KERNEL_STATE: { fault: 'host', status: 500, title: 'A plugin cannot change to this state' },
  PLUGIN_VERIFY_TIMEOUT: { fault: 'host', status: 504, title: 'Checking the plugin took too long' },
  PLUGIN_START_TIMEOUT: { fault: 'plugin', status: 504, title: 'The plugin did not start in time' },
  PLUGIN_SWAP_FAILED: {
    fault: 'plugin',
    status: 502,
    title: 'The changed plugin did not work; the old one still serves',
  },
  PLUGIN_CRASH_LOOP: { fault: 'plugin', status: 503, title: 'The plugin crashes again and again' },
} as const

export const kernelError = createErrorFactory(kernelErrors)
