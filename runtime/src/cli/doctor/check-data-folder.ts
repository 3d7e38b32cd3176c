import { access, constants, stat } from 'node:fs/promises'
import { errorCode } from '@nexus/plugin-api'
import { type Check, failed, ok, warning } from './check.ts'

/** Rights of the group and of others. */
const FOREIGN_RIGHTS = 0o077

export const checkDataFolder: Check = {
  name: 'Data folder',
  async run({ config }) {
    const { dataDir } = config
    try {
      const info = await stat(dataDir)
      if (!info.isDirectory())
        return failed(`${dataDir} is not a folder`, 'Move it away, or set NEXUS_DATA to a folder.')
      await access(dataDir, constants.R_OK | constants.W_OK | constants.X_OK)
      if (process.platform !== 'win32' && (info.mode & FOREIGN_RIGHTS) !== 0) {
        return warning(`${dataDir} is open to other users`, `It holds keys and data: \`chmod 700 ${dataDir}\`.`)
      }
      return ok(`${dataDir}, readable and writable for this user only`)
    } catch (error) {
      if (errorCode(error) === 'ENOENT') return ok(`${dataDir} does not exist yet; the first start makes it`)
      return failed(
        `${dataDir}: ${errorCode(error) ?? 'not usable'}`,
        'Give this user the right to read and write there, or set NEXUS_DATA to another folder.',
      )
    }
  },
}
