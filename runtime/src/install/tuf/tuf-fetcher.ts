import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Fetcher } from 'tuf-js'
import { DownloadHTTPError, DownloadLengthMismatchError } from 'tuf-js/dist/error.js'
import { installError } from '../errors.ts'
import type { HttpAgent } from '../http-agent.ts'
import { REGISTRY_DEADLINE_MS } from '../limits.ts'

/** Where files of the repository come from: name to bytes, `undefined` for one that is not there. */
export type ReadFileByName = (url: string, maxLength: number) => Promise<Buffer | undefined>

/** How tuf-js gets its files: over our own client, counted while they come, nothing followed elsewhere. */
export function createFetcher(read: ReadFileByName): Fetcher {
  const downloadBytes = async (url: string, maxLength: number): Promise<Buffer> => {
    const bytes = await read(url, maxLength)
    if (bytes === undefined) throw new DownloadHTTPError('Failed to download', 404)
    if (bytes.length > maxLength) throw new DownloadLengthMismatchError('Max length reached')
    return bytes
  }
  return {
    downloadBytes,
    async downloadFile(url, maxLength, handler) {
      const bytes = await downloadBytes(url, maxLength)
      const folder = await mkdtemp(join(tmpdir(), 'nexus-target-'))
      try {
        const path = join(folder, 'target')
        await writeFile(path, bytes, { mode: 0o600 })
        return await handler(path)
      } finally {
        await rm(folder, { recursive: true, force: true })
      }
    },
  }
}

/** Reads files over HTTP. */
export function readOverHttp(agent: HttpAgent): ReadFileByName {
  return async (url, maxLength) => {
    try {
      const signal = AbortSignal.timeout(REGISTRY_DEADLINE_MS)
      const { statusCode, body, discard } = await agent.request(url, { signal })
      if (statusCode !== 200) discard()
      if (statusCode === 404) return undefined
      if (statusCode !== 200) throw new DownloadHTTPError('Failed to download', statusCode)
      const chunks: Buffer[] = []
      let size = 0
      for await (const chunk of body) {
        if (!Buffer.isBuffer(chunk)) throw new TypeError('Expected a stream of bytes.')
        size += chunk.length
        // Whoever announces 1 KiB and sends without end is cut off here.
        if (size > maxLength) throw new DownloadLengthMismatchError('Max length reached')
        chunks.push(chunk)
      }
      return Buffer.concat(chunks)
    } catch (cause) {
      if (cause instanceof DownloadHTTPError || cause instanceof DownloadLengthMismatchError) throw cause
      throw installError(
        'REGISTRY_UNREACHABLE',
        `Expected the registry at ${new URL(url).origin} to answer, found that it did not. Check that it runs.`,
        { cause },
      )
    }
  }
}
