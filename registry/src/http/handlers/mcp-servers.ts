import type { mcpServerRoutes } from '../../contract/routes/mcp-servers.ts'
import { serverVersion, serverVersions } from '../../mcp-registry/get-server.ts'
import { listServers } from '../../mcp-registry/list-servers.ts'
import { publishEntry, setEntryStatus } from '../../mcp-registry/publish-entry.ts'
import type { RegistryStore } from '../../store/open-store.ts'
import type { HandlersOf } from '../handler-types.ts'

export function mcpServerHandlers(store: RegistryStore): HandlersOf<typeof mcpServerRoutes> {
  return {
    mcpServers: ({ query, caller }) => listServers(store, query, caller.publicUrl),
    mcpServerVersions: ({ params, query, caller }) =>
      serverVersions(store, asked(params.server, query.include_deleted, caller.publicUrl)),
    mcpServerVersion: ({ params, query, caller }) =>
      serverVersion(store, asked(params.server, query.include_deleted, caller.publicUrl), params.version),
    publishServer: ({ actor, params, body }) => publishEntry(store, actor, params.publisher, body.server),
    setServerStatus: ({ actor, params, body }) => setEntryStatus(store, actor, params, body),
  }
}

const asked = (name: string, withDeleted: boolean | undefined, registryUrl: string) => ({
  name,
  withDeleted: withDeleted === true,
  registryUrl,
})
