import { createErrorFactory } from '@nexus/plugin-api'

export const cliErrors = {
  CLI_USAGE: { fault: 'caller', status: 400, title: 'The command is not complete' },
  CLI_NO_CREDENTIALS: { fault: 'caller', status: 401, title: 'No access to a host' },
  CLI_NO_HOST: { fault: 'caller', status: 503, title: 'No host runs here' },
  CLI_UNREACHABLE: { fault: 'host', status: 503, title: 'The host does not answer' },
  CLI_ANSWER: { fault: 'host', status: 502, title: 'The answer is not one of a Nexus host' },
  CLI_NOT_FOUND: { fault: 'caller', status: 404, title: 'Not found' },
  CLI_NO_ADMIN: { fault: 'caller', status: 409, title: 'Nobody has set this host up' },
  CLI_NO_REGISTRY: { fault: 'caller', status: 409, title: 'No registry of this machine' },
  CLI_LOST: { fault: 'host', status: 502, title: 'The connection broke in the middle' },
  CLI_SESSION: { fault: 'host', status: 410, title: 'The session is over' },
  CLI_CONSENT: { fault: 'caller', status: 400, title: 'Consent is missing' },
} as const

export const cliError = createErrorFactory(cliErrors)
