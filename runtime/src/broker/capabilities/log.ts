import { z } from 'zod'
import { defineCapability } from '../capability.ts'
import { limitReached } from '../limit-reached.ts'
import { MAX_LOG_LINE_BYTES } from '../limits.ts'

const line = z.strictObject({
  level: z.enum(['debug', 'info', 'warn', 'error']),
  message: z.string(),
  fields: z.unknown().optional(),
})

// Line breaks and escapes would let a plugin write lines that look like the host's.
// oxlint-disable-next-line no-control-regex -- control characters are exactly what is looked for
const CONTROL = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u2028\u2029]/g

/** `context.log` and `console`. Lines beyond the minute's budget are dropped; the cell has told the plugin's log so. */
export const logWrite = defineCapability('log.write', line, async ({ level, message, fields }, call, site) => {
  const { mask } = site.secrets
  const text = cut(mask.apply(message).replace(CONTROL, ' '))
  const fieldText = typeof fields === 'object' && fields !== null ? cut(mask.apply(JSON.stringify(fields))) : undefined
  const bytes = Buffer.byteLength(text) + Buffer.byteLength(fieldText ?? '')
  if (!site.meter.minute('logBytesPerMinute').take(bytes, site.installation.limits.logBytesPerMinute)) {
    throw limitReached(
      site.installation,
      'LOG_QUOTA',
      'logBytesPerMinute',
      (value) => `Expected at most ${value} bytes of log within a minute (logBytesPerMinute), found more.`,
    )
  }
  site.meter.logged(bytes)
  const { id, workspaceId, pluginId } = site.installation
  site.ports.log({
    installationId: id,
    workspaceId,
    pluginId,
    level,
    message: text,
    fields: fieldText,
    requestId: call.requestId,
  })
  return undefined
})

function cut(text: string): string {
  const bytes = Buffer.from(text, 'utf8')
  return bytes.length <= MAX_LOG_LINE_BYTES ? text : `${bytes.subarray(0, MAX_LOG_LINE_BYTES - 4).toString('utf8')}…`
}
