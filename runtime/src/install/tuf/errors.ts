import { createErrorFactory } from '@nexus/plugin-api'

const lied = (title: string) => ({ fault: 'host', status: 502, title }) as const

/** Why this host does not believe the TUF metadata of its registry. `details` name the layer, what was expected and found. */
const tufErrors = {
  TUF_ROLLBACK: lied('Metadata older than known'),
  TUF_EXPIRED: lied('Metadata out of date'),
  TUF_MISMATCH: lied('Metadata do not belong together'),
  TUF_SIGNATURE: lied('Metadata signed by others'),
  TUF_ENDLESS: lied('Metadata longer than announced'),
  TUF_INVALID: lied('Metadata not understood'),
  TUF_TARGET_MISSING: { fault: 'caller', status: 409, title: 'Release not listed' },
  TUF_TARGET_OTHER: lied('Release listed with other bytes'),
  TUF_ANCHOR_CHANGED: { fault: 'caller', status: 409, title: 'Another root is pinned' },
} as const

export const hostTufError = createErrorFactory(tufErrors)

/** What tuf-js throws, by the names of its errors. Its messages are the only place where nested ones are told. */
const CODES: readonly (readonly [RegExp, keyof typeof tufErrors])[] = [
  [/ExpiredMetadataError|is expired/, 'TUF_EXPIRED'],
  [/BadVersionError|is less than current version|does not match (?:snapshot|timestamp)|doesn't match/, 'TUF_ROLLBACK'],
  [/UnsignedMetadataError|was signed by/, 'TUF_SIGNATURE'],
  [/DownloadLengthMismatch|Max length reached/, 'TUF_ENDLESS'],
  [/LengthOrHashMismatch|Expected (?:length|hash)/, 'TUF_MISMATCH'],
]

/** Turns what the update client throws into a refusal of this host. */
export function refuseTuf(cause: unknown) {
  const text = cause instanceof Error ? `${cause.name} ${cause.constructor.name} ${cause.message}` : 'something else'
  const code = CODES.find(([pattern]) => pattern.test(text))?.[1] ?? 'TUF_INVALID'
  const found = cause instanceof Error ? cause.message : 'something else'
  return hostTufError(
    code,
    `Expected metadata that follow from the pinned root and are fresh, found: ${found}. If the registry was set up anew, pin its root again with \`nexus registry root pin\`.`,
    { details: { layer: 'tuf', expected: 'fresh metadata that follow from the pinned root', found }, cause },
  )
}
