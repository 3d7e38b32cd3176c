import { createErrorFactory } from '@nexus/plugin-api'

const caller = (status: number, title: string) => ({ fault: 'caller', status, title }) as const

/** What is wrong with a request of an npm client beyond what the other rooms say. */
export const npmErrors = {
  NPM_BODY: caller(400, 'Body not understood'),
  NPM_ATTACHMENT: caller(400, 'Not one bundle'),
  NPM_SEARCH_TEXT: caller(400, 'Nothing to search for'),
  NPM_NOT_SUPPORTED: caller(501, 'Not supported'),
} as const

export const npmError = createErrorFactory(npmErrors)
