import type { BrokerUsage } from '../broker/broker.ts'
import type { Store } from '../store/store.ts'
import type { Bounds } from './bounds.ts'
import type { Budgets } from './budgets.ts'
import { KEEP_MS, PRUNE_MS } from './limits.ts'
import type { BrokerReader } from './read-broker.ts'
import type { InstallationMeter, UsageMeter } from './usage-meter.ts'

export interface FlushPorts {
  readonly store: Pick<Store, 'usage' | 'pluginStorage'>
  readonly meter: UsageMeter
  readonly reader: BrokerReader
  readonly bounds: Bounds
  readonly budgets: Budgets
  brokerUsage(installationId: string): BrokerUsage | undefined
  /** Bytes below `$data`. */
  fileBytes(installationId: string): Promise<number>
  warn(error: unknown, message: string): void
  now(): Date
}

/** Writes what was counted. Never rejects: what could not be written waits for the next time. */
export interface Flush {
  run(): Promise<void>
}

export function createFlush(ports: FlushPorts): Flush {
  let running = Promise.resolve()
  let prunedAt = 0

  const readBroker = async (): Promise<void> => {
    for (const meter of ports.meter.list()) {
      const usage = ports.brokerUsage(meter.installationId)
      if (usage === undefined) continue
      if (ports.reader.read(meter, usage)) await weigh(ports, meter)
    }
  }
  const write = async (): Promise<void> => {
    const batch = ports.meter.take()
    const permissions = ports.reader.takeUses()
    if (batch.buckets.length + batch.breaches.length + permissions.length > 0) {
      try {
        await ports.store.usage.add({ ...batch, permissions })
      } catch (error) {
        ports.meter.failed()
        ports.reader.failed(permissions)
        throw error
      }
    }
    // What was written counts as waiting until the budgets have read it: no moment sees less than was used.
    await ports.bounds.refresh()
    await ports.budgets.refresh()
    ports.meter.settled()
  }
  const once = async (): Promise<void> => {
    try {
      await readBroker()
      await write()
      if (ports.now().getTime() - prunedAt < PRUNE_MS) return
      prunedAt = ports.now().getTime()
      await prune(ports)
    } catch (error) {
      ports.warn(error, 'Measured use could not be written; it is kept and tried again')
    }
  }
  return {
    run() {
      running = running.then(once)
      return running
    },
  }
}

/** What the installation keeps, for the chart and the metrics. */
async function weigh(ports: FlushPorts, meter: InstallationMeter): Promise<void> {
  const [storageBytes, fileBytes] = await Promise.all([
    ports.store.pluginStorage.bytes(meter.installationId),
    ports.fileBytes(meter.installationId),
  ])
  meter.kept(storageBytes, fileBytes)
}

async function prune({ store, now }: FlushPorts): Promise<void> {
  for (const resolution of ['minute', 'hour', 'day'] as const)
    await store.usage.prune(resolution, new Date(now().getTime() - KEEP_MS[resolution]))
}
