import { createErrorFactory } from '@nexus/plugin-api'

const lied = (title: string) => ({ fault: 'host', status: 502, title }) as const

/** Why this host does not believe the log that a registry shows it. */
const logErrors = {
  LOG_FORKED: lied('Log was rewritten'),
  LOG_CHECKPOINT_OLD: lied('Log is older than known'),
  LOG_KEY_CHANGED: lied('Log has another key'),
  LOG_ENTRY_OTHER: lied('Log entry is about something else'),
  LOG_ENTRY_MISSING: lied('Log leaves out entries'),
  LOG_FEED_INVALID: lied('Log feed not understood'),
  LOG_MEMORY_INVALID: { fault: 'host', status: 500, title: 'Remembered checkpoint not understood' },
  LOG_AUDIT_FAILED: lied('Log does not hold'),
  LOG_EXPORT_INVALID: { fault: 'caller', status: 422, title: 'Log export not understood' },
} as const

export const hostLogError = createErrorFactory(logErrors)
