import { LOG_LEVELS } from '../protocol.ts'
import type { UpstreamMessage } from '../upstream/upstream.ts'

/** Whether a message of an upstream is for a client that wants logs from `level` on; anything but logs passes. */
export function passesLogLevel({ method, params }: UpstreamMessage, level: string | undefined): boolean {
  if (method !== 'notifications/message') return true
  if (level === undefined) return false
  const said = params?.['level']
  return typeof said === 'string' && LOG_LEVELS.indexOf(said) >= LOG_LEVELS.indexOf(level)
}
