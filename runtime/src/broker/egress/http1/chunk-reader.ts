import { invalidResponse } from './errors.ts'
import { MAX_CHUNK_LINE_BYTES, MAX_HEAD_BYTES } from './limits.ts'

const CR = 13
const LF = 10
const SEMICOLON = 59
const SIZE = /^[0-9A-Fa-f]{1,13}$/

/** Reads a body in chunks, however its bytes are cut. RFC 9112, section 7.1. Trailers are read and dropped. */
export class ChunkReader {
  /** `size` and `trailer` collect a line, `data` passes bytes on, `end-of-data` expects the line break after a chunk. */
  #state: 'size' | 'data' | 'end-of-data' | 'trailer' | 'done' = 'size'
  #line = ''
  #remaining = 0
  #trailerBytes = 0

  get done(): boolean {
    return this.#state === 'done'
  }

  /** Takes bytes from `from` and answers where it stopped: at the end, or right after the last chunk. */
  read(bytes: Buffer, from: number, data: (chunk: Buffer) => void): number {
    let at = from
    while (at < bytes.length && this.#state !== 'done') {
      if (this.#state === 'data') {
        const end = Math.min(at + this.#remaining, bytes.length)
        this.#remaining -= end - at
        data(bytes.subarray(at, end))
        at = end
        if (this.#remaining === 0) this.#state = 'end-of-data'
      } else at = this.#readLine(bytes, at)
    }
    return at
  }

  #readLine(bytes: Buffer, from: number): number {
    const found = bytes.indexOf(LF, from)
    const end = found === -1 ? bytes.length : found + 1
    this.#line += bytes.toString('latin1', from, end)
    if (this.#line.length > this.#longest()) throw invalidResponse('a line in a chunked body that is too long')
    if (found === -1) return end
    if (this.#line.charCodeAt(this.#line.length - 2) !== CR) throw invalidResponse('a bare line feed between chunks')
    const line = this.#line.slice(0, -2)
    this.#line = ''
    this.#endLine(line)
    return end
  }

  #longest(): number {
    if (this.#state === 'end-of-data') return 2
    return this.#state === 'size' ? MAX_CHUNK_LINE_BYTES : MAX_HEAD_BYTES
  }

  #endLine(line: string): void {
    if (this.#state === 'end-of-data') {
      if (line !== '') throw invalidResponse('bytes after a chunk')
      this.#state = 'size'
    } else if (this.#state === 'size') {
      this.#remaining = sizeOf(line)
      this.#state = this.#remaining === 0 ? 'trailer' : 'data'
    } else {
      this.#trailerBytes += line.length
      if (this.#trailerBytes > MAX_HEAD_BYTES) throw invalidResponse('trailers that are too long')
      if (line === '') this.#state = 'done'
    }
  }
}

function sizeOf(line: string): number {
  let end = 0
  while (end < line.length && line.charCodeAt(end) !== SEMICOLON) end += 1
  const digits = line.slice(0, end).trim()
  if (!SIZE.test(digits)) throw invalidResponse('a chunk without a size')
  return Number.parseInt(digits, 16)
}
