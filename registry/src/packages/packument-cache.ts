import { createHash } from 'node:crypto'
import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import { COMPRESS_FROM_BYTES, PACKUMENT_CACHE_BYTES } from './limits.ts'

const compress = promisify(gzip)

/** A document ready to send. */
export interface ReadyDocument {
  readonly bytes: Buffer
  /** The same, compressed, when that is shorter. */
  readonly gzip: Buffer | undefined
  readonly etag: string
  /** Not for everybody: ask before sending. */
  readonly restricted: boolean
}

/** Documents of packages as bytes, made when they are first asked for and dropped when their package changes. */
export interface DocumentCache {
  /** `undefined` from `make` means that there is no such package; that is not remembered. */
  get(
    packageName: string,
    variant: string,
    make: () => Promise<{ readonly text: string; readonly restricted: boolean } | undefined>,
  ): Promise<ReadyDocument | undefined>
  /** The document when it is ready; for callers that cannot wait. */
  peek(packageName: string, variant: string): ReadyDocument | undefined
  drop(packageName: string): void
}

export function createDocumentCache(capacity = PACKUMENT_CACHE_BYTES): DocumentCache {
  // By package, so that a change drops all variants at once; a Map keeps the order in which they were used.
  const packages = new Map<string, Map<string, ReadyDocument>>()
  const making = new Map<string, Map<string, Making>>()
  let bytes = 0
  const drop = (name: string) => {
    for (const document of packages.get(name)?.values() ?? []) bytes -= weigh(document)
    packages.delete(name)
  }
  const keep = (name: string, variant: string, document: ReadyDocument) => {
    const variants = packages.get(name) ?? new Map<string, ReadyDocument>()
    const known = variants.get(variant)
    if (known !== undefined) bytes -= weigh(known)
    variants.set(variant, document)
    packages.delete(name)
    packages.set(name, variants)
    bytes += weigh(document)
    for (const oldest of packages.keys()) {
      if (bytes <= capacity) break
      drop(oldest)
    }
  }
  return {
    async get(name, variant, make) {
      const known = packages.get(name)?.get(variant) ?? making.get(name)?.get(variant)?.document
      if (known !== undefined) return known
      const work: Making = { document: make().then(prepare), changed: false }
      const others = making.get(name) ?? new Map<string, Making>()
      making.set(name, others.set(variant, work))
      try {
        const document = await work.document
        // What changed while it was made may not be in it: such a document is sent and not kept.
        if (document !== undefined && !work.changed) keep(name, variant, document)
        return document
      } finally {
        if (!work.changed) {
          others.delete(variant)
          if (others.size === 0) making.delete(name)
        }
      }
    },
    peek: (name, variant) => packages.get(name)?.get(variant),
    drop(name) {
      drop(name)
      for (const work of making.get(name)?.values() ?? []) work.changed = true
      making.delete(name)
    },
  }
}

/** A document that is being made: whoever asks meanwhile waits for it too, unless the package changed since. */
interface Making {
  readonly document: Promise<ReadyDocument | undefined>
  changed: boolean
}

async function prepare(
  made: { readonly text: string; readonly restricted: boolean } | undefined,
): Promise<ReadyDocument | undefined> {
  if (made === undefined) return undefined
  const { text, restricted } = made
  const bytes = Buffer.from(text)
  const packed = bytes.length < COMPRESS_FROM_BYTES ? undefined : await compress(bytes)
  return {
    bytes,
    gzip: packed !== undefined && packed.length < bytes.length ? packed : undefined,
    etag: `"${createHash('sha1').update(bytes).digest('base64url')}"`,
    restricted,
  }
}

function weigh(document: ReadyDocument): number {
  return document.bytes.length + (document.gzip?.length ?? 0) + 256
}
