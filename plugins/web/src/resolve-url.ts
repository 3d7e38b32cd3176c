interface UrlParts {
  readonly scheme: string | undefined
  readonly authority: string | undefined
  readonly path: string
  readonly query: string
  readonly fragment: string
}

/** Source: RFC 3986, appendix B. */
const PARTS = /^(?:([a-zA-Z][a-zA-Z0-9+.-]*):)?(?:\/\/([^/?#]*))?([^?#]*)(\?[^#]*)?(#.*)?$/s

function split(url: string): UrlParts {
  const [, scheme, authority, path = '', query = '', fragment = ''] = PARTS.exec(url) ?? []
  return { scheme: scheme?.toLowerCase(), authority, path, query, fragment }
}

/** Source: RFC 3986, section 5.2.4. */
function removeDots(path: string): string {
  const kept: string[] = []
  const segments = path.split('/')
  for (const [index, segment] of segments.entries()) {
    const isLast = index === segments.length - 1
    if (segment === '..') {
      if (kept.length > 1) kept.pop()
      if (isLast) kept.push('')
    } else if (segment !== '.') kept.push(segment)
    else if (isLast) kept.push('')
  }
  const joined = kept.join('/')
  return joined.startsWith('/') ? joined : `/${joined}`
}

/**
 * The absolute `http`, `https` or `mailto` address that `reference` means on a page at `base`; `undefined` for any other
 * scheme, such as `javascript`. Source: RFC 3986, section 5.2.
 */
export function resolveUrl(base: string, reference: string): string | undefined {
  const clean = reference.replace(/[\t\n\r]/g, '').trim()
  const to = split(clean)
  if (to.scheme === 'mailto') return clean
  const from = split(base)
  const scheme = to.scheme ?? from.scheme
  if (scheme !== 'http' && scheme !== 'https') return undefined
  const tail = `${to.query}${to.fragment}`
  if (to.authority !== undefined) return finish(scheme, to.authority, to.path, tail)
  if (to.scheme !== undefined && to.scheme !== from.scheme) return undefined
  if (to.path === '')
    return finish(scheme, from.authority, from.path, to.query === '' ? `${from.query}${to.fragment}` : tail)
  const path = to.path.startsWith('/') ? to.path : `${from.path.slice(0, from.path.lastIndexOf('/') + 1)}${to.path}`
  return finish(scheme, from.authority, path, tail)
}

function finish(scheme: string, authority: string | undefined, path: string, tail: string): string | undefined {
  if (authority === undefined || authority === '') return undefined
  return `${scheme}://${authority}${removeDots(path)}${tail}`.replaceAll(' ', '%20')
}

/** The address without its fragment. */
export function withoutFragment(url: string): string {
  const index = url.indexOf('#')
  return index === -1 ? url : url.slice(0, index)
}
