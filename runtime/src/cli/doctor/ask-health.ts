import { errorCode } from '@nexus/plugin-api'
import { request } from 'undici'
import { CHECK_TIMEOUT_MS } from '../limits.ts'

/** Status of a registry's or a host's health page, or the code of what stood in the way. */
export async function askHealth(origin: string): Promise<number | string> {
  try {
    const answer = await request(new URL('/api/v1/health', origin), { signal: AbortSignal.timeout(CHECK_TIMEOUT_MS) })
    await answer.body.dump()
    return answer.statusCode
  } catch (error) {
    return errorCode(error) ?? (error instanceof Error ? error.name : 'an unknown failure')
  }
}
