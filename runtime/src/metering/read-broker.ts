import type { BrokerUsage } from '../broker/broker.ts'
import type { GrantedUse } from '../grants/index.ts'
import type { PermissionUseRow } from '../store/store.ts'
import type { InstallationMeter, Metered } from './usage-meter.ts'

/** What of a broker's running totals was read before. */
interface Seen {
  readonly egressBytes: number
  readonly logBytes: number
  readonly denied: number
  readonly storageCalls: number
  readonly uses: ReadonlyMap<string, number>
}

/** Reads the broker's totals of installations and counts what came since the last time. */
export interface BrokerReader {
  /** True when the private storage or files were used: their weight may have changed. */
  read(meter: InstallationMeter, usage: BrokerUsage): boolean
  /** Notes a use that did not pass the broker. */
  used(metered: Metered, use: GrantedUse, at: Date): void
  /** Uses of grants that wait to be written, each grant once; they come again after `failed`. */
  takeUses(): readonly PermissionUseRow[]
  failed(uses: readonly PermissionUseRow[]): void
  forget(installationId: string): void
}

/** A use that waits to be written. */
type WaitingUse = { -readonly [Member in keyof PermissionUseRow]: PermissionUseRow[Member] }

const NOTHING: Seen = { egressBytes: 0, logBytes: 0, denied: 0, storageCalls: 0, uses: new Map() }

export function createBrokerReader(): BrokerReader {
  const seen = new Map<string, Seen>()
  let waiting = new Map<string, WaitingUse>()
  const note = (row: PermissionUseRow): void => {
    const key = `${row.installationId} ${row.family} ${row.verb} ${row.name}`
    const known = waiting.get(key)
    if (known === undefined) waiting.set(key, { ...row })
    else {
      // Changed in place: this runs for every request to a remote server.
      known.uses += row.uses
      known.lastUsedAt = later(known.lastUsedAt, row.lastUsedAt)
    }
  }
  return {
    read(meter, usage) {
      const { installationId, workspaceId } = meter
      const now = seenOf(usage)
      const before = seen.get(installationId) ?? NOTHING
      seen.set(installationId, now)
      const more = {
        egressBytes: increase(before.egressBytes, now.egressBytes),
        logBytes: increase(before.logBytes, now.logBytes),
        denials: increase(before.denied, now.denied),
      }
      if (more.egressBytes + more.logBytes + more.denials > 0) meter.count(more)
      for (const { family, name, verb, uses, lastUsedAt } of usage.used) {
        const fresh = increase(before.uses.get(`${family} ${verb} ${name}`) ?? 0, uses)
        if (fresh > 0)
          note({ installationId, workspaceId, family, name, verb, uses: fresh, lastUsedAt: new Date(lastUsedAt) })
      }
      return now.storageCalls !== before.storageCalls
    },
    used: ({ installationId, workspaceId }, { family, name, verb }, lastUsedAt) =>
      note({ installationId, workspaceId, family, name, verb, uses: 1, lastUsedAt }),
    takeUses() {
      const taken = [...waiting.values()]
      waiting = new Map()
      return taken
    },
    failed(uses) {
      for (const row of uses) note(row)
    },
    forget(installationId) {
      seen.delete(installationId)
      for (const [key, row] of waiting) if (row.installationId === installationId) waiting.delete(key)
    },
  }
}

function seenOf({ egressBytes, logBytes, denied, byCapability, used }: BrokerUsage): Seen {
  const storageCalls = Object.entries(byCapability)
    .filter(([name]) => name.startsWith('storage.') || name.startsWith('files.'))
    .reduce((sum, [, { calls }]) => sum + calls, 0)
  const uses = new Map(used.map(({ family, name, verb, uses: count }) => [`${family} ${verb} ${name}`, count]))
  return { egressBytes, logBytes, denied, storageCalls, uses }
}

/** Totals that shrank were started anew: everything in them is new. */
function increase(before: number, now: number): number {
  return now >= before ? now - before : now
}

function later(left: Date, right: Date): Date {
  return left > right ? left : right
}
