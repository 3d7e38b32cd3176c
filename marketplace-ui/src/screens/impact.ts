import type { InstallationDetail, VirtualServerView } from '@nexus/runtime/contract'

export interface Impact {
  readonly server: string
  readonly tools: number
}

/** Which virtual servers lose how many tools when an installation goes. */
export function impactOf(installation: InstallationDetail, servers: readonly VirtualServerView[]): readonly Impact[] {
  const own = new Set(installation.upstreams.flatMap((upstream) => [upstream.id, upstream.label]))
  return servers
    .map((server) => ({ server: server.title, tools: server.tools.filter((tool) => own.has(tool.upstream)).length }))
    .filter((impact) => impact.tools > 0)
}
