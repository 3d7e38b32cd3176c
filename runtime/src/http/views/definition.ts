import type { DefinitionView } from '../../contract/index.ts'
import { diffDefinitions } from '../../gateway/drift/index.ts'
import type { DefinitionRow, DefinitionSettingRow } from '../../store/definition.ts'

/** A held definition with what changed against the one that was agreed to. */
export function definitionView(row: DefinitionRow, served: DefinitionSettingRow['served']): DefinitionView {
  const { upstreamId, installationId, pluginId, label, kind, name, approved, held = 'null', heldDigest = '' } = row
  return {
    upstreamId,
    installationId,
    pluginId,
    label,
    kind,
    name,
    change: approved === undefined ? 'new' : 'changed',
    digest: heldDigest,
    heldAt: (row.heldAt ?? new Date(0)).toISOString(),
    flags: row.flags.map(({ code, path, found }) => ({ code, path, found })),
    rejected: row.rejectedAt !== undefined,
    served: approved !== undefined && served === 'old' ? 'old' : 'nothing',
    diff: diffDefinitions(approved, held).map(({ change, text }) => ({ change, text })),
  }
}
