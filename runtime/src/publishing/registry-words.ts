import { NexusError, errorCode } from '@nexus/plugin-api'
import { z } from 'zod'

/** What the registry's client keeps of a refusal. */
const refusal = z.object({
  status: z.int().min(400).max(599),
  code: z.string(),
  title: z.string(),
  detail: z.string(),
  requestId: z.string(),
})

/**
 * For a host that installs, whatever the registry refuses is one failure of its registry; for a publisher the refusal
 * itself is the answer, so it comes out with the registry's own code, status and words.
 */
export async function withRegistryWords<Answer>(answer: Promise<Answer>): Promise<Answer> {
  try {
    return await answer
  } catch (error) {
    throw inRegistryWords(error)
  }
}

function inRegistryWords(error: unknown): unknown {
  const code = errorCode(error)
  if (!(error instanceof NexusError) || (code !== 'REGISTRY_REFUSED' && code !== 'INSTALL_RELEASE_NOT_FOUND'))
    return error
  const parsed = refusal.safeParse(error.details)
  // An answer that is not the registry's, say of a proxy between: the client's words are all there is.
  if (!parsed.success) return error
  const { status, title, detail, requestId } = parsed.data
  const fault = status >= 500 ? 'host' : 'caller'
  return new NexusError(parsed.data.code, detail, { fault, status, title, details: { requestId }, cause: error })
}
