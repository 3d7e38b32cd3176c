import { createErrorFactory } from '@nexus/plugin-api'

/** What can go wrong. The host treats an error of a policy as a denial, so nothing unmasked gets through. */
export const redactError = createErrorFactory({
  REDACT_PATTERN: { fault: 'caller', status: 422, title: 'Not a pattern' },
  REDACT_NOTHING: { fault: 'caller', status: 422, title: 'Nothing to mask' },
  REDACT_TOO_DEEP: { fault: 'caller', status: 422, title: 'Result nested too deeply' },
  REDACT_STAGE: { fault: 'host', status: 500, title: 'Asked at another stage' },
})
