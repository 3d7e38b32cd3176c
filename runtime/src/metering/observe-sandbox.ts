import type { AuditTrail } from '../audit/audit.ts'
import type { SandboxObserver } from '../sandbox/sandbox.ts'
import { type Breacher, createBreachAudit } from './breach-audit.ts'
import { type QuarantineReason, createBreachHistory } from './breach-history.ts'
import type { InstallationMeter } from './usage-meter.ts'

/** Turns what happens to the sandboxes of one installation into counts, audit records and, at last, quarantine. */
export function observeSandbox(
  breacher: Breacher,
  meter: InstallationMeter,
  audit: Pick<AuditTrail, 'record'>,
  quarantine: (reason: QuarantineReason) => void,
): SandboxObserver {
  const record = createBreachAudit(breacher, audit)
  const history = createBreachHistory()
  return {
    started: (coldStartMs) => meter.started(coldStartMs),
    callEnded(use, failed) {
      meter.called(use.wallMs)
      if (use.heapBytes !== undefined) meter.heap(use.heapBytes)
      meter.count({
        calls: 1,
        errors: failed ? 1 : 0,
        cpuMicroseconds: Math.round(use.cpuMicroseconds ?? 0),
        wallMicroseconds: Math.round(use.wallMs * 1000),
        capabilityCalls: use.capabilityCalls,
        bytesIn: use.bytesIn,
        bytesOut: use.bytesOut,
        peakHeapBytes: use.heapBytes ?? 0,
      })
    },
    breached(breach) {
      meter.breached(breach.code, breach.limit ?? '', breach.value ?? 0)
      record(breach)
      const reason = history.record(breach)
      if (reason !== undefined) quarantine(reason)
    },
  }
}
