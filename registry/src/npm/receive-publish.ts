import { rm } from 'node:fs/promises'
import type { IncomingMessage } from 'node:http'
import { MAX_PACKAGE_BYTES } from '../bundle/limits.ts'
import { parseStrictJson } from '../bundle/strict-json.ts'
import { registryError } from '../errors.ts'
import { bodyOf } from '../http/request-body.ts'
import type { Draft, UploadStore } from '../store/uploads.ts'
import { createBase64Decoder } from './base64-decoder.ts'
import { npmError } from './errors.ts'
import { MAX_PUBLISH_METADATA_BYTES, WRITE_BYTES } from './limits.ts'
import { PublishScanner } from './publish-scanner.ts'

/** A publish request, its bundle on disk. */
export interface ReceivedPublish {
  /** Everything but the bundle, whose text is empty here. */
  readonly document: unknown
  /** The bundle's file, synced; absent when the request brought none. The caller removes it. */
  readonly file: string | undefined
}

/**
 * Reads a publish request as a stream: the bundle is decoded straight to disk and never is in memory as a whole. Leaves
 * no file behind when it fails.
 */
export async function receivePublish(uploads: UploadStore, request: IncomingMessage): Promise<ReceivedPublish> {
  const draft = await uploads.openDraft()
  try {
    const { document, size } = await receiveInto(draft, request)
    if (size > 0) await draft.file.sync()
    await draft.file.close()
    if (size === 0) await rm(draft.path, { force: true })
    return { document, file: size === 0 ? undefined : draft.path }
  } catch (error) {
    await draft.file.close().catch(() => undefined)
    await rm(draft.path, { force: true })
    throw error
  }
}

async function receiveInto(draft: Draft, request: IncomingMessage) {
  const kept: Buffer[] = []
  const decoded: Buffer[] = []
  const decoder = createBase64Decoder()
  let keptBytes = 0
  /** Bytes that are decoded and not written: a write for each chunk of the socket would cost more than the bytes. */
  let waiting = 0
  const write = async (): Promise<void> => {
    if (waiting > 0) await draft.file.writeFile(Buffer.concat(decoded.splice(0)))
    waiting = 0
  }
  let size = 0
  const scanner = new PublishScanner({
    keep(bytes) {
      keptBytes += bytes.length
      if (keptBytes > MAX_PUBLISH_METADATA_BYTES) throw tooLarge('metadata', MAX_PUBLISH_METADATA_BYTES)
      // A copy: the chunk would be kept whole for the sake of a few bytes.
      kept.push(Buffer.from(bytes))
    },
    bundle(bytes) {
      const piece = decoder.decode(bytes.toString('latin1'))
      size += piece.length
      if (size > MAX_PACKAGE_BYTES) throw tooLarge('a bundle', MAX_PACKAGE_BYTES)
      waiting += piece.length
      if (piece.length > 0) decoded.push(piece)
    },
  })
  for await (const chunk of bodyOf(request)) {
    if (!Buffer.isBuffer(chunk)) throw new TypeError('Expected a stream of bytes.')
    scanner.push(chunk)
    if (waiting >= WRITE_BYTES) await write()
  }
  await write()
  decoder.end()
  return { document: parse(Buffer.concat(kept)), size }
}

function parse(bytes: Buffer): unknown {
  try {
    return parseStrictJson(bytes, 'the request')
  } catch (cause) {
    throw npmError('NPM_BODY', 'Expected a publish request in JSON without doubled members, found something else.', {
      cause,
    })
  }
}

function tooLarge(what: string, limit: number) {
  return registryError('BODY_TOO_LARGE', `Expected ${what} of at most ${limit} bytes, found more.`)
}
