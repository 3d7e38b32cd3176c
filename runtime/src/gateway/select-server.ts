import type { EdgeContext } from './edge/edge-context.ts'
import { gatewayError } from './errors.ts'
import { defaultSelection, type Selection } from './router/selection.ts'
import { mayEnter } from './virtual/server-door.ts'
import type { VirtualServers } from './virtual/virtual-servers.ts'

/** What targets stand for, for a principal. */
export function createSelect(
  virtualServers: VirtualServers,
): Pick<EdgeContext, 'select' | 'selected'> & { defaultOf(workspaceId: string): Selection } {
  const defaults = new Map<string, Selection>()
  const defaultOf = (workspaceId: string): Selection => {
    const selection = defaults.get(workspaceId) ?? defaultSelection(workspaceId)
    defaults.set(workspaceId, selection)
    return selection
  }
  return {
    defaultOf,
    async select({ virtualServer }, principal) {
      const { workspaceId } = principal
      if (virtualServer === undefined) return defaultOf(workspaceId)
      const selection = virtualServers.current(virtualServer) ?? (await virtualServers.find(virtualServer))
      // Who may not use it is told what a stranger is told: there is no such server.
      if (selection?.workspaceId === workspaceId && mayEnter(selection.server, principal)) return selection
      const problem = `Expected a virtual server of this workspace, found none named \`${virtualServer}\`.`
      throw gatewayError('VIRTUAL_SERVER_UNKNOWN', problem)
    },
    selected({ virtualServer }, principal) {
      if (virtualServer === undefined) return defaultOf(principal.workspaceId)
      const selection = virtualServers.current(virtualServer)
      return selection !== undefined && mayEnter(selection.server, principal) ? selection : undefined
    },
  }
}
