import { HostTypeError, create, freeze, keys, toNumber, toText } from '../primordials.ts'
import { copyBytes, fromBase64, toBase64 } from './bytes.ts'
import { GuestDOMException } from './dom-exception.ts'

const names = [
  'HMAC',
  'AES-GCM',
  'AES-CBC',
  'RSA-OAEP',
  'RSASSA-PKCS1-v1_5',
  'RSA-PSS',
  'ECDSA',
  'Ed25519',
  'HKDF',
  'PBKDF2',
  'SHA-1',
  'SHA-256',
  'SHA-384',
  'SHA-512',
]
const bytesMembers = ['publicExponent', 'iv', 'additionalData', 'label', 'salt', 'info']
const numberMembers = ['length', 'modulusLength', 'tagLength', 'saltLength', 'iterations']

/** An algorithm as the host takes it: hashes by name, bytes as base64. */
export interface NamedAlgorithm {
  readonly name: string
  readonly [member: string]: unknown
}

/** Reads what plugin code wrote, once. Source: Web Cryptography API, 18.4. */
export function readAlgorithm(value: unknown): NamedAlgorithm {
  if (typeof value !== 'object' || value === null) return { name: normalName(value) }
  const algorithm: Record<string, unknown> = create(null)
  for (const member of bytesMembers) {
    const bytes: unknown = Reflect.get(value, member)
    if (bytes !== undefined) algorithm[member] = toBase64(copyBytes(bytes, `\`${member}\``))
  }
  for (const member of numberMembers) {
    const number: unknown = Reflect.get(value, member)
    if (number !== undefined) algorithm[member] = toNumber(number)
  }
  const hash: unknown = Reflect.get(value, 'hash')
  if (hash !== undefined) algorithm.hash = readAlgorithm(hash).name
  const curve: unknown = Reflect.get(value, 'namedCurve')
  if (curve !== undefined) algorithm.namedCurve = toText(curve)
  return { ...algorithm, name: normalName(Reflect.get(value, 'name')) }
}

/** Names are compared without case. */
function normalName(value: unknown): string {
  if (typeof value !== 'string') throw new HostTypeError('Expected an algorithm as a name or an object with a name.')
  const lower = value.toLowerCase()
  const known = names.find((name) => name.toLowerCase() === lower)
  if (known === undefined) throw new GuestDOMException(`Unrecognized algorithm name ${value}`, 'NotSupportedError')
  return known
}

/** The host's algorithm as a key shows it: hashes as objects, bytes as bytes. */
export function showAlgorithm(algorithm: object): object {
  const shown: Record<string, unknown> = {}
  for (const member of keys(algorithm)) {
    const value: unknown = Reflect.get(algorithm, member)
    if (member === 'hash') shown[member] = freeze({ name: value })
    else shown[member] = member === 'publicExponent' ? fromBase64(toText(value)) : value
  }
  return freeze(shown)
}
