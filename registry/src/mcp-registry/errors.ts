import { createErrorFactory } from '@nexus/plugin-api'

const caller = (status: number, title: string) => ({ fault: 'caller', status, title }) as const

export const serverErrors = {
  SERVER_NOT_FOUND: caller(404, 'No such server'),
  SERVER_EXISTS: caller(409, 'Version of the server exists'),
  SERVER_NAMESPACE: caller(403, 'Name belongs to somebody else'),
  SERVER_CURSOR: caller(400, 'Cursor cannot be read'),
} as const

export const serverError = createErrorFactory(serverErrors)
