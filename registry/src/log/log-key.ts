import { type KeyObject, createHash, createPrivateKey, createPublicKey, generateKeyPairSync } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { CheckpointKey } from './checkpoint.ts'
import { logError } from './errors.ts'
import { writeKeyOnce } from './write-key-once.ts'

/** The log's key pair: ECDSA P-256, because that is what Sigstore's verifiers check log signatures with. */
export interface LogKey extends CheckpointKey {
  readonly privateKey: KeyObject
  /** SPKI as PEM. */
  readonly publicKeyPem: string
}

/** The log's key: read from the data folder, made on first start. Only the owner may read it. */
export async function loadLogKey(dataDir: string): Promise<LogKey> {
  const path = join(dataDir, 'log-key.pem')
  await writeKeyOnce(path, () => generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey)
  try {
    return describeLogKey(createPrivateKey(await readFile(path)))
  } catch (cause) {
    throw logError(
      'LOG_KEY_INVALID',
      `Expected the log's private key in ${path}, found something else. Restore the file; a log continued with another key is refused by every host.`,
      { cause },
    )
  }
}

function describeLogKey(privateKey: KeyObject): LogKey {
  const publicKey = createPublicKey(privateKey)
  const publicKeyPem = publicKey.export({ type: 'spki', format: 'pem' })
  return { ...readLogKey(publicKeyPem), privateKey, publicKeyPem }
}

/** A log's public key. Its name is part of every checkpoint and follows from the key: two logs never share one. */
export function readLogKey(publicKeyPem: string): CheckpointKey {
  const publicKey = createPublicKey(publicKeyPem)
  if (publicKey.asymmetricKeyType !== 'ec' || publicKey.asymmetricKeyDetails?.namedCurve !== 'prime256v1') {
    throw logError('LOG_KEY_INVALID', 'Expected an ECDSA P-256 key of a log, found another kind.')
  }
  const logId = createHash('sha256')
    .update(publicKey.export({ type: 'spki', format: 'der' }))
    .digest()
  return { origin: `nexus-log/${logId.toString('hex').slice(0, 16)}`, logId, publicKey }
}
