import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { errorCode } from '@nexus/plugin-api'
import { type Check, failed, ok, warning } from './check.ts'

const KEY_BYTES = 32
const FOREIGN_RIGHTS = 0o077

export const checkKeys: Check = {
  name: 'Secret key',
  async run({ config: { secretKey, dataDir } }) {
    if (secretKey !== undefined) {
      if (Buffer.from(secretKey, 'base64').length === KEY_BYTES) return ok('given by NEXUS_SECRET_KEY')
      return failed(
        'NEXUS_SECRET_KEY is not 32 bytes in base64',
        'Set the key that the secrets were written with; `openssl rand -base64 32` makes a new one.',
      )
    }
    return await checkKeyFile(join(dataDir, 'keys', 'secrets.key'))
  },
}

async function checkKeyFile(path: string) {
  try {
    const { mode } = await stat(path)
    if (process.platform !== 'win32' && (mode & FOREIGN_RIGHTS) !== 0) {
      return warning(`${path} can be read by other users`, `\`chmod 600 ${path}\``)
    }
    return ok(`${path}; keep a copy of it elsewhere`)
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return ok('none yet; the first start makes one')
    return failed(`${path}: ${errorCode(error) ?? 'not readable'}`, 'Give this user the right to read it.')
  }
}
