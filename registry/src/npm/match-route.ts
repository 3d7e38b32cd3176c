import { isPackageName } from '../packages/names.ts'

/** A pattern of path segments; `:name` is a parameter, `:package` a package name in one segment or two. */
export interface RoutePattern<Handler> {
  readonly method: string
  readonly segments: readonly string[]
  readonly handler: Handler
}

/** First segments of paths that are not npm's. A package of such a name could not be reached, so none can be published. */
const RESERVED = new Set(['api', 'v0', 'v0.1', 'login', 'tuf', 'log', '.well-known'])

export function isReservedName(packageName: string): boolean {
  return RESERVED.has(packageName.toLowerCase())
}

/** Makes `PUT /-/package/:package/dist-tags/:tag` into a pattern. */
export function pattern<Handler>(text: string, handler: Handler): RoutePattern<Handler> {
  const [method = '', path = ''] = text.split(' ')
  return { method, segments: path.slice(1).split('/'), handler }
}

/**
 * The decoded segments of a path that is npm's, or `undefined` for any other. A scoped name is one segment, whether it
 * came as `@scope%2fname` or as `@scope/name`.
 */
export function readPath(path: string): readonly string[] | undefined {
  const raw = path.slice(1).split('/')
  const first = raw[0] ?? ''
  if (first === '' || isReservedName(first)) return undefined
  const segments: string[] = []
  for (let index = 0; index < raw.length; index += 1) {
    const segment = decode(raw[index] ?? '')
    if (segment === undefined || segment === '') return undefined
    const next = segment.startsWith('@') && !segment.includes('/') ? decode(raw[index + 1] ?? '') : undefined
    if (next !== undefined && next !== '') index += 1
    segments.push(next === undefined || next === '' ? segment : `${segment}/${next}`)
  }
  return segments
}

/** The handler whose pattern a path has, and its parameters. */
export function matchRoute<Handler>(
  patterns: readonly RoutePattern<Handler>[],
  method: string,
  segments: readonly string[],
): { readonly handler: Handler; readonly params: Readonly<Record<string, string>> } | undefined {
  for (const candidate of patterns) {
    if (candidate.method !== method || candidate.segments.length !== segments.length) continue
    const params = matchSegments(candidate.segments, segments)
    if (params !== undefined) return { handler: candidate.handler, params }
  }
  return undefined
}

function matchSegments(
  expected: readonly string[],
  found: readonly string[],
): Readonly<Record<string, string>> | undefined {
  const params: Record<string, string> = {}
  for (const [index, name] of expected.entries()) {
    const value = found[index] ?? ''
    if (name === ':package' && !isPackageName(value)) return undefined
    if (name.startsWith(':')) params[name.slice(1)] = value
    else if (name !== value) return undefined
  }
  return params
}

function decode(segment: string): string | undefined {
  try {
    return decodeURIComponent(segment)
  } catch {
    // Not UTF-8: no path of ours.
    return undefined
  }
}
