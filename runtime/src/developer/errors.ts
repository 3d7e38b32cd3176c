import { createErrorFactory } from '@nexus/plugin-api'

export const developerErrors = {
  INIT_EXISTS: { fault: 'caller', status: 409, title: 'A file is there already' },
  INIT_KIND: { fault: 'caller', status: 422, title: 'The host has no room for plugins of this kind yet' },
  INIT_ANSWER: { fault: 'caller', status: 422, title: 'The answer cannot be used' },
  BENCH_CONFIG: { fault: 'caller', status: 422, title: 'The configuration is not complete' },
  BENCH_START: { fault: 'plugin', status: 502, title: 'The plugin does not start' },
  BENCH_UNKNOWN: { fault: 'caller', status: 404, title: 'The plugin has nothing of this name' },
  BENCH_CONSENT: { fault: 'caller', status: 403, title: 'The plugin asks for more than was granted' },
  BENCH_CLOCK: { fault: 'caller', status: 422, title: 'The clock cannot be moved so' },
  RECORDING_MISSING: { fault: 'caller', status: 404, title: 'Nothing was recorded for this request' },
  RECORDING_UNREADABLE: { fault: 'caller', status: 422, title: 'The recording cannot be read' },
  TESTS_MISSING: { fault: 'caller', status: 404, title: 'There are no tests' },
} as const

export const developerError = createErrorFactory(developerErrors)
