/** What became of a line that was longer than allowed: its two ends, enough to find the JSON-RPC id in. */
export interface OversizedLine {
  readonly head: string
  readonly tail: string
}

const ENDS = 512
const NEWLINE = 10

/**
 * Cuts a byte stream into lines. Memory is bounded by `maxBytes`: of a longer line only its ends are kept.
 * Lines are handed over as bytes: a character split between two chunks survives, and nobody decodes what is passed on.
 */
export function createLineSplitter(
  maxBytes: number,
  onLine: (line: Buffer) => void,
  onOversized: (line: OversizedLine) => void,
): (chunk: Buffer) => void {
  let parts: Buffer[] = []
  let size = 0
  let head: Buffer | undefined
  let tail = Buffer.alloc(0)

  const keepEnds = (bytes: Buffer) => {
    head ??= Buffer.from(bytes.subarray(0, ENDS))
    tail = Buffer.from(Buffer.concat([tail, bytes.subarray(-ENDS)]).subarray(-ENDS))
  }
  const hold = (bytes: Buffer) => {
    size += bytes.length
    if (head !== undefined) return keepEnds(bytes)
    parts.push(bytes)
    if (size <= maxBytes) return
    const joined = Buffer.concat(parts)
    parts = []
    keepEnds(joined)
  }
  const finish = () => {
    if (head !== undefined) onOversized({ head: head.toString('utf8'), tail: tail.toString('utf8') })
    else if (size > 0) {
      const first = parts[0]
      onLine(parts.length === 1 && first !== undefined ? first : Buffer.concat(parts, size))
    }
    parts = []
    size = 0
    head = undefined
    tail = Buffer.alloc(0)
  }

  return (chunk) => {
    let start = 0
    for (let end = chunk.indexOf(NEWLINE); end !== -1; end = chunk.indexOf(NEWLINE, start)) {
      if (end > start) hold(chunk.subarray(start, end))
      finish()
      start = end + 1
    }
    if (start < chunk.length) hold(chunk.subarray(start))
  }
}
