import { type TufTargets, tufTargets } from '../contract/tuf.ts'
import type { RunStatement } from '../database/index.ts'
import { BIN_PREFIX, binOf } from './bins.ts'
import { BIN_LIFETIME_MS, BIN_RENEWAL_MS, SPEC_VERSION } from './limits.ts'
import { signOnline } from './sign-online.ts'
import { readCurrent, replaceFile } from './tuf-files.ts'
import type { TufStore } from './tuf-store.ts'

type Target = TufTargets['signed']['targets'][string]

/** The bins of releases while they are being changed. */
export interface ChangedBins {
  set(path: string, target: Target): Promise<void>
  remove(path: string): Promise<void>
  /** Signs and stores what changed, and what would end soon. Gives the new versions. */
  write(): Promise<ReadonlyMap<string, number>>
}

const DUE_BINS =
  'SELECT "name" FROM "registry_tuf_file" WHERE "replacedAt" IS NULL AND "keyId" IS NOT NULL AND ("keyId" <> $1 OR "expires" < $2)'

export function openBins({ online }: Pick<TufStore, 'online'>, run: RunStatement, now: Date): ChangedBins {
  const bins = new Map<string, { readonly version: number; readonly targets: Record<string, Target> }>()
  const openBin = async (name: string) => {
    const known = bins.get(name)
    if (known !== undefined) return known
    const file = await readCurrent(run, name)
    const stored = file === undefined ? undefined : tufTargets.parse(JSON.parse(file.content)).signed
    const bin = { version: (stored?.version ?? 0) + 1, targets: { ...stored?.targets } }
    bins.set(name, bin)
    return bin
  }
  return {
    async set(path, target) {
      const { targets } = await openBin(binOf(path))
      targets[path] = target
    },
    async remove(path) {
      const { targets } = await openBin(binOf(path))
      delete targets[path]
    },
    async write() {
      const soon = new Date(now.getTime() + BIN_RENEWAL_MS).toISOString()
      for (const { name } of await run(DUE_BINS, [online.signer.keyId, soon])) {
        if (String(name).startsWith(`${BIN_PREFIX}-`)) await openBin(String(name))
      }
      const expires = new Date(now.getTime() + BIN_LIFETIME_MS).toISOString()
      for (const [name, { version, targets }] of bins) {
        const signed = { _type: 'targets', spec_version: SPEC_VERSION, version, expires, targets }
        await replaceFile(run, name, signOnline(signed, online.signer), now)
      }
      return new Map([...bins].map(([name, { version }]) => [name, version]))
    },
  }
}
