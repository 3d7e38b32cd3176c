/** Events that may wait for one installation, and their payloads together. */
export const MAX_QUEUED_EVENTS = 256
export const MAX_QUEUED_BYTES = 1_048_576
