import { watch } from 'node:fs'
import { SETTLE_MS } from '../limits.ts'

/** Folders and files of a project whose change changes nothing of what runs. */
const IRRELEVANT = /^(\.nexus|\.git|node_modules|dist|test)([\\/]|$)|\.(tgz|md|sigstore\.json)$|~$|\.sw[a-z]$/

/** Tells of saves below `folder`, once for those that come together, until disposed. `savedAt` is on `performance`'s clock. */
export function watchSources(folder: string, onSave: (savedAt: number) => void): Disposable {
  let timer: NodeJS.Timeout | undefined
  const watcher = watch(folder, { recursive: true }, (_kind, name) => {
    if (name === null || IRRELEVANT.test(name)) return
    const savedAt = performance.now()
    clearTimeout(timer)
    timer = setTimeout(onSave, SETTLE_MS, savedAt)
  })
  return {
    [Symbol.dispose]() {
      clearTimeout(timer)
      watcher.close()
    },
  }
}
