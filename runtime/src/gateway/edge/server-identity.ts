import type { JsonObject } from '@nexus/plugin-api'
import type { View } from '../router/view.ts'
import { HOST_INFO } from '../upstream/hello.ts'

/** What the gateway says it is. */
export const SERVER_INFO = { ...HOST_INFO, title: 'Nexus' } as const

/**
 * Declared whole, whatever is installed now: upstreams come and go while a client is connected, and a client does not
 * ask for what was not declared when it came.
 */
export function serverCapabilities(view: View): JsonObject {
  return {
    tools: { listChanged: true },
    prompts: { listChanged: true },
    resources: { listChanged: true, subscribe: true },
    completions: {},
    logging: {},
    ...(Object.keys(view.extensions).length === 0 ? {} : { extensions: view.extensions }),
  }
}
