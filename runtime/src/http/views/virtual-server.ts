import type { VirtualServerView } from '../../contract/index.ts'
import type { VirtualServerPreview } from '../../gateway/virtual/virtual-servers.ts'
import type { VirtualServerRow } from '../../store/virtual-server-row.ts'

/** A virtual server as people see it. */
export function virtualServerView(
  row: VirtualServerRow,
  { effective, offers, problems }: VirtualServerPreview,
  publicUrl: string,
): VirtualServerView {
  const { workspaceId: _, createdAt, updatedAt, ...rest } = row
  // Rows are plain JSON in the shape of the contract, which says readonly nowhere; the answer's schema reads them again.
  const definition: Omit<VirtualServerView, 'url' | 'effective' | 'offers' | 'problems' | 'createdAt' | 'updatedAt'> =
    JSON.parse(JSON.stringify(rest))
  return {
    ...definition,
    url: `${publicUrl}/v/${row.name}/mcp`,
    effective: effective.map((tool) => ({ ...tool })),
    offers: { ...offers },
    problems: problems.map(({ code, message }) => ({ code, message })),
    createdAt: createdAt.toISOString(),
    updatedAt: updatedAt.toISOString(),
  }
}
