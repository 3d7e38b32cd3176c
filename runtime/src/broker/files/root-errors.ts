import { createErrorFactory } from '@nexus/plugin-api'

/** What can go wrong when an operator gives a folder to a workspace. */
export const rootErrors = {
  ROOT_INVALID: { fault: 'caller', status: 422, title: 'Not a folder that can be given' },
  ROOT_FORBIDDEN: { fault: 'caller', status: 403, title: 'Host admins only' },
} as const

export const rootError = createErrorFactory(rootErrors)
