import { createErrorFactory } from '@nexus/plugin-api'

const refused = (title: string) => ({ fault: 'caller', status: 422, title }) as const

/** Why the log, or something said to be in it, is not believed. `details` name the layer, what was expected and found. */
export const logErrors = {
  LOG_CHECKPOINT_INVALID: refused('Checkpoint not understood'),
  LOG_KEY_MISMATCH: refused('Log signed by another key'),
  LOG_ENTRY_MISMATCH: refused('Log entry is about something else'),
  LOG_PROOF_INVALID: refused('Proof does not lead to the checkpoint'),
  LOG_RANGE: { fault: 'caller', status: 400, title: 'Not a part of the log' },
  LOG_ENTRY_NOT_FOUND: { fault: 'caller', status: 404, title: 'No such log entry' },
  LOG_KEY_INVALID: { fault: 'host', status: 500, title: 'Log key damaged' },
} as const

export const logError = createErrorFactory(logErrors)
