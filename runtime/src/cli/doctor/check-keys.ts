import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { errorCode } from '@nexus/plugin-api'
import { loadKeyEncryptionKey } from '../../secrets/index.ts'
import { type Check, failed, ok } from './check.ts'

const RESTORE = 'Restore the key that the secrets were written with; without it they cannot be read any more.'

export const checkKeys: Check = {
  name: 'Secret key',
  async run({ config: { secretKey, dataDir, database } }) {
    const path = join(dataDir, 'keys', 'kek')
    const where = secretKey === undefined ? path : 'NEXUS_SECRET_KEY'
    if (secretKey === undefined && !existsSync(path)) {
      // Asking for the key would make one, and a new key next to old secrets helps nobody.
      if (hasDataKeys(database)) return failed(`${path} is missing, and there are secrets`, RESTORE)
      return ok('none yet; the first start makes one')
    }
    try {
      await loadKeyEncryptionKey({ base64: secretKey, dataDir })
      return ok(`${where}; keep a copy of it elsewhere`)
    } catch (error) {
      return failed(error instanceof Error ? error.message : `${where}: ${errorCode(error)}`, RESTORE)
    }
  },
}

function hasDataKeys(database: string): boolean {
  const path = database.slice('sqlite:'.length)
  if (!database.startsWith('sqlite:') || !existsSync(path)) return false
  using opened = new DatabaseSync(path, { readOnly: true })
  return opened.prepare('SELECT 1 FROM data_key LIMIT 1').get() !== undefined
}
