import { existsSync } from 'node:fs'
import { statfs } from 'node:fs/promises'
import { dirname } from 'node:path'
import { DISK_FAIL_BYTES, DISK_WARN_BYTES } from '../limits.ts'
import { type Check, failed, ok, warning } from './check.ts'

const MEND = 'Free some space, or move the data folder to a larger disk.'

export const checkDisk: Check = {
  name: 'Disk',
  async run({ config: { dataDir } }) {
    const { bavail, bsize } = await statfs(nearestFolder(dataDir))
    const free = bavail * bsize
    const found = `${(free / 1024 ** 3).toFixed(1)} GiB free for ${dataDir}`
    if (free < DISK_FAIL_BYTES) return failed(found, MEND)
    return free < DISK_WARN_BYTES ? warning(found, MEND) : ok(found)
  },
}

function nearestFolder(path: string): string {
  return existsSync(path) || dirname(path) === path ? path : nearestFolder(dirname(path))
}
