import { createErrorFactory } from '@nexus/plugin-api'

const refused = (title: string) => ({ fault: 'caller', status: 422, title }) as const

/** Why a mirror is not taken. */
const mirrorErrors = {
  MIRROR_ARCHIVE: refused('Mirror archive not understood'),
  MIRROR_CONTENT: refused('Mirror does not hold together'),
  MIRROR_TOO_LARGE: refused('Mirror too large'),
  MIRROR_MISSING: { fault: 'caller', status: 404, title: 'No mirror there' },
} as const

export const mirrorError = createErrorFactory(mirrorErrors)
