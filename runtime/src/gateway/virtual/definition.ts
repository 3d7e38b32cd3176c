import type { z } from 'zod'
import type { virtualServerRequest } from '../../contract/schemas.ts'
import type { VirtualServerDefinition, VirtualServerRow } from '../../store/virtual-server-row.ts'

/** What was asked for, as it is stored: plain JSON, so that it is the same before and after the database. */
export function definitionOf(request: z.output<typeof virtualServerRequest>): VirtualServerDefinition {
  const definition: VirtualServerDefinition = JSON.parse(JSON.stringify(request))
  return definition
}

/** What an editor decides about a server, without what the host adds. */
export function withoutRow(row: VirtualServerRow): VirtualServerDefinition {
  const { id: _id, workspaceId: _workspace, revision: _revision, createdAt: _made, updatedAt: _changed, ...rest } = row
  return rest
}
