import { crc32 } from 'node:zlib'
import { randomValue } from './random-value.ts'

const PREFIX = 'nxs_'
const SHAPE = /^nxs_([A-Za-z0-9_-]{43})([A-Za-z0-9_-]{6})$/

/** `nxs_`, 256 random bits, and a checksum by which scanners and typing errors are told from real tokens. */
export function createApiToken(): string {
  const value = randomValue()
  return `${PREFIX}${value}${checksum(value)}`
}

/** True for text that can be a token; anything else need not be looked for. */
export function isApiToken(text: string): boolean {
  const [, value = '', sum] = SHAPE.exec(text) ?? []
  return sum !== undefined && checksum(value) === sum
}

/** First characters, by which a person recognizes a token. */
export function tokenHint(token: string): string {
  return token.slice(0, PREFIX.length + 4)
}

function checksum(value: string): string {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(crc32(value))
  return bytes.toString('base64url')
}
