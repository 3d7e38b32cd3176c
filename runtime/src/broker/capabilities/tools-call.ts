import { z } from 'zod'
import { type JsonObject, NexusError, errorCode } from '@nexus/plugin-api'
import { MAX_CALL_DEPTH } from '../../sandbox/limits.ts'
import type { CallOrigin, CapabilityCall } from '../../sandbox/sandbox.ts'
import { type Site, defineCapability } from '../capability.ts'
import { type BrokerErrorCode, brokerError } from '../errors.ts'

const isObject = (value: unknown): boolean => typeof value === 'object' && value !== null && !Array.isArray(value)

const callArgument = z.strictObject({
  tool: z.string().regex(/^[a-z0-9-]{1,39}\/[a-z0-9-]{1,64}:[a-zA-Z0-9_-]{1,64}$/),
  // Parsed from JSON text just before, so an object is a JSON object.
  arguments: z.custom<JsonObject>(isObject, { message: 'expected an object' }),
})

/**
 * `context.tools.call`: a tool of another plugin, for the caller of the call that the plugin named. The gateway decides
 * and audits as for every call; here is checked what only the installation's own grants and the calls above can say.
 */
export const toolsCall = defineCapability('tools.call', callArgument, async (argument, call, site) => {
  const { tool } = argument
  const grant = grantFor(site, tool)
  const origin = originOf(call)
  if (origin.chain.includes(tool)) {
    throw brokerError(
      'TOOL_CYCLE',
      `Expected tools that do not call themselves, found ${[...origin.chain, tool].join(' → ')}.`,
    )
  }
  if (origin.depth >= MAX_CALL_DEPTH) {
    throw brokerError('CALL_DEPTH', `Expected at most ${MAX_CALL_DEPTH} calls above a call, found one more.`)
  }
  const [pluginId = '', name = ''] = tool.split(':')
  site.meter.used('tools', grant, 'call')
  const result = await relay(site, call, {
    pluginId,
    tool: name,
    arguments: argument.arguments,
    requestId: call.requestId ?? site.installation.id,
    signal: call.signal,
    origin: { ...origin, depth: origin.depth + 1 },
  })
  checkSize(result, tool, site.installation.limits.payloadBytes)
  return result
})

/** The grant that covers the tool, as `listGrants` names it. */
function grantFor({ installation }: Site, tool: string): string {
  const { tools } = installation.grants
  const grant = tools.find((held) => held === tool || (held.endsWith(':*') && tool.startsWith(held.slice(0, -1))))
  if (grant !== undefined) return grant
  throw brokerError(
    'PERMISSION_DENIED',
    `Expected a grant for the tool \`${tool}\`, found none. Ask for it in \`permissions.tools\`.`,
    {
      details: { family: 'tools', asked: tool },
    },
  )
}

function originOf({ invocation, signal }: CapabilityCall): CallOrigin {
  if (invocation?.origin !== undefined && !signal.aborted) return invocation.origin
  throw brokerError(
    'CALL_REQUIRED',
    'Expected the `call` of a tool, event or schedule handler that is still running, found none: a tool is called for somebody.',
  )
}

/** What the gateway's codes are called here; any other becomes `TOOL_FAILED` with the code as a fact. */
const KNOWN: Readonly<Record<string, BrokerErrorCode>> = {
  TOOL_UNKNOWN: 'TOOL_UNKNOWN',
  TOOL_AMBIGUOUS: 'TOOL_AMBIGUOUS',
  POLICY_DENIED: 'TOOL_DENIED',
  CALL_CANCELLED: 'CALL_CANCELLED',
}

async function relay(
  { ports }: Site,
  { signal }: CapabilityCall,
  nested: Parameters<Site['ports']['callTool']>[0],
): Promise<JsonObject> {
  try {
    return await ports.callTool(nested)
  } catch (error) {
    const code = errorCode(error)
    // Without a code it is the host's own trouble, and stays here.
    if (!(error instanceof NexusError) || code === undefined) throw error
    const known = signal.aborted ? 'CALL_CANCELLED' : (KNOWN[code] ?? 'TOOL_FAILED')
    throw brokerError(known, error.message, { details: { code }, cause: error })
  }
}

/** A large answer of another plugin must not become a breach of this one. */
function checkSize(result: JsonObject, tool: string, maxBytes: number): void {
  const bytes = Buffer.byteLength(JSON.stringify(result))
  if (bytes <= maxBytes) return
  throw brokerError(
    'TOOL_RESULT_TOO_LARGE',
    `Expected a result of at most ${maxBytes} bytes (payloadBytes) from \`${tool}\`, found ${bytes}. Ask it for less.`,
  )
}
