import type { AuditTrail } from '../audit/audit.ts'
import type { BrokerInstallation } from './broker.ts'

/**
 * Records that a plugin got the plain value of a secret: once per field and start of the plugin, because from then on it
 * has it. The value is nowhere in the record.
 */
export function createHandOverAudit(
  { id, workspaceId, pluginId }: BrokerInstallation,
  audit: Pick<AuditTrail, 'record'>,
): (field: string) => void {
  const known = new Set<string>()
  return (field) => {
    if (known.has(field)) return
    known.add(field)
    audit.record({
      workspaceId,
      actor: `plugin:${pluginId}`,
      action: 'secret.handed-over',
      target: field,
      outcome: 'ok',
      requestId: id,
      details: { installationId: id },
    })
  }
}
