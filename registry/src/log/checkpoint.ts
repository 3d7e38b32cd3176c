import { type KeyObject, sign, verify } from 'node:crypto'
import { logError } from './errors.ts'

/** What a checkpoint says. Source: C2SP tlog-checkpoint. */
export interface Checkpoint {
  readonly origin: string
  readonly size: number
  readonly root: Buffer
}

/** Who signs: the name in the note, and the key by its first four bytes. */
export interface CheckpointKey {
  readonly origin: string
  /** SHA-256 of the public key's SubjectPublicKeyInfo. */
  readonly logId: Buffer
  readonly publicKey: KeyObject
}

const NOTE =
  /^(?<body>(?<origin>[^\s+]+)\n(?<size>0|[1-9][0-9]{0,14})\n(?<root>[A-Za-z0-9+/]{43}=)\n)\n\u2014 (?<name>[^\s+]+) (?<signature>[A-Za-z0-9+/]+={0,2})\n$/

/** A checkpoint as a signed note (C2SP signed-note), with the key hint that Sigstore uses for ECDSA keys. */
export function signCheckpoint(checkpoint: Checkpoint, logId: Buffer, privateKey: KeyObject): string {
  const body = `${checkpoint.origin}\n${checkpoint.size}\n${checkpoint.root.toString('base64')}\n`
  const signature = Buffer.concat([logId.subarray(0, 4), sign('sha256', Buffer.from(body), privateKey)])
  return `${body}\n\u2014 ${checkpoint.origin} ${signature.toString('base64')}\n`
}

/** Reads a checkpoint and checks its signature. Notes with other lines or several signatures are refused. */
export function openCheckpoint(note: string, key: CheckpointKey): Checkpoint {
  const parts = NOTE.exec(note)?.groups
  if (parts === undefined) {
    throw logError('LOG_CHECKPOINT_INVALID', 'Expected a checkpoint as one signed note, found something else.', {
      details: { layer: 'log' },
    })
  }
  const { body = '', origin = '', size = '', root = '', name = '', signature = '' } = parts
  const bytes = Buffer.from(signature, 'base64')
  const isOurs = origin === key.origin && name === key.origin && bytes.subarray(0, 4).equals(key.logId.subarray(0, 4))
  if (!isOurs || !verify('sha256', Buffer.from(body), key.publicKey, bytes.subarray(4))) {
    throw logError(
      'LOG_KEY_MISMATCH',
      `Expected a checkpoint signed by the log ${key.origin}, found one by ${name} that its key does not verify.`,
      { details: { layer: 'log', expected: key.origin, found: name } },
    )
  }
  return { origin, size: Number(size), root: Buffer.from(root, 'base64') }
}
