import { truncated } from './tar-grammar.ts'

/** Bytes that arrive in chunks, asked for in lengths. Fails with `BUNDLE_TRUNCATED` when they end too early. */
export interface ByteQueue<Facts = unknown> {
  take(length: number): Promise<Buffer>
  skip(length: number): Promise<void>
  /** What is left; a little more than `limit` when there is more than that. */
  takeRest(limit: number): Promise<Buffer>
  /** What the source says when it is at its end. Only after `takeRest` found the end. */
  end(): Promise<Facts>
}

/** Reads a source chunk by chunk; never holds more than was asked for and one chunk. */
export function createByteQueue<Facts>(source: AsyncGenerator<Buffer, Facts>): ByteQueue<Facts> {
  let held: Buffer = Buffer.alloc(0)
  let ended: { readonly facts: Facts } | undefined
  const pull = async (): Promise<boolean> => {
    if (ended !== undefined) return false
    const next = await source.next()
    if (next.done === true) ended = { facts: next.value }
    else held = next.value
    return next.done !== true
  }
  const takeHeld = (length: number): Buffer => {
    const taken = held.subarray(0, length)
    held = held.subarray(length)
    return taken
  }
  const takeUpTo = async (length: number): Promise<Buffer> => {
    if (held.length >= length) return takeHeld(length)
    const parts = [takeHeld(held.length)]
    for (let found = parts[0]?.length ?? 0; found < length;) {
      if (!(await pull())) break
      const part = takeHeld(length - found)
      parts.push(part)
      found += part.length
    }
    return Buffer.concat(parts)
  }
  return {
    async take(length) {
      const taken = await takeUpTo(length)
      if (taken.length < length) throw truncated()
      return taken
    },
    async skip(length) {
      let left = length - takeHeld(length).length
      while (left > 0) {
        if (!(await pull())) throw truncated()
        left -= takeHeld(left).length
      }
    },
    takeRest: (limit) => takeUpTo(limit + 1),
    async end() {
      for (;;) {
        if (ended !== undefined) return ended.facts
        await pull()
      }
    },
  }
}
