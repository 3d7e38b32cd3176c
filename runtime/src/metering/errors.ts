import { createErrorFactory } from '@nexus/plugin-api'

export const meteringErrors = {
  BUDGET_EXHAUSTED: { fault: 'caller', status: 429, title: 'A budget of the plugin is used up' },
  BUDGET_INVALID: { fault: 'caller', status: 422, title: 'The budget cannot be kept' },
  LIMIT_INVALID: { fault: 'caller', status: 422, title: 'A limit can only be narrowed' },
  LIMIT_TOO_NARROW: { fault: 'plugin', status: 409, title: 'The plugin does not start within the limits' },
  GRANT_NOT_GIVEN: { fault: 'caller', status: 422, title: 'The installation has no such grant' },
  GRANT_NEEDED: { fault: 'plugin', status: 409, title: 'The plugin does not start without the grant' },
  PLUGIN_DOWN: { fault: 'plugin', status: 503, title: 'The plugin failed and is started again' },
  PLUGIN_QUARANTINED: { fault: 'plugin', status: 503, title: 'The plugin is in quarantine' },
} as const

export const meteringError = createErrorFactory(meteringErrors)
