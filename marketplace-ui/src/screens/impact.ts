import type { VirtualServerView } from '@nexus/runtime/contract'

export interface Impact {
  readonly server: string
  readonly tools: number
}

/** Which virtual servers lose how many tools when the upstreams with these labels go. */
export function impactOf(
  labels: readonly string[],
  servers: readonly Pick<VirtualServerView, 'title' | 'tools'>[],
): readonly Impact[] {
  const gone = new Set(labels)
  return servers
    .map((server) => ({ server: server.title, tools: server.tools.filter((tool) => gone.has(tool.upstream)).length }))
    .filter((impact) => impact.tools > 0)
}
