import { createErrorFactory } from '@nexus/plugin-api'

const caller = (status: number, title: string) => ({ fault: 'caller', status, title }) as const

export const advisoryErrors = {
  ADVISORY_NOT_FOUND: caller(404, 'No such advisory'),
  ADVISORY_WITHDRAWN: caller(409, 'Advisory is withdrawn'),
  ADVISORY_RANGE: caller(422, 'Range of versions not valid'),
  ADVISORY_BULK_SIZE: caller(413, 'Too many packages at once'),
  SBOM_NOT_FOUND: caller(404, 'No bill of materials'),
} as const

export const advisoryError = createErrorFactory(advisoryErrors)
