import type { Upstream } from '../../../runtime/src/gateway/upstream/upstream.ts'
import { RpcResult } from '../../../runtime/src/gateway/wire/rpc-result.ts'

/** An upstream with one tool, as the greeting plugin would contribute it. */
export function greetUpstream(installationId: string, workspaceId: string, label: string): Upstream {
  return {
    id: installationId,
    installationId,
    workspaceId,
    pluginId: 'acme/hello',
    label,
    kind: 'isolate',
    state: () => 'ready',
    lastError: () => undefined,
    async catalog() {
      return {
        serverInfo: { name: 'hello', version: '1.2.0' },
        capabilities: { tools: {} },
        tools: [
          {
            name: 'greet',
            description: 'Says hello.',
            inputSchema: { type: 'object' },
            annotations: { readOnlyHint: true },
          },
        ],
        prompts: [{ name: 'welcome' }],
        resources: [],
        resourceTemplates: [],
      }
    },
    request: async () => RpcResult.of({ content: [] }),
    onChange: () => ({ [Symbol.dispose]: () => {} }),
    [Symbol.asyncDispose]: async () => {},
  }
}
