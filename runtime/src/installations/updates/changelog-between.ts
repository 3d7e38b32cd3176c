import { gt, lte, valid } from 'semver'
import { MAX_CHANGELOG } from './limits.ts'

const HEADING = /<h([1-4])[^>]*>(.*?)<\/h\1>/gis
const VERSION = /\bv?(\d+\.\d+\.\d+(?:-[0-9a-z.-]+)?)/i

/**
 * The part of a rendered changelog that tells of the versions after `from` up to `to`. A changelog without headings that
 * name versions is given whole; for the way back there is nothing to tell.
 */
export function changelogBetween(changelogHtml: string, from: string, to: string): string {
  if (changelogHtml === '' || !gt(to, from)) return ''
  const headings = [...changelogHtml.matchAll(HEADING)].flatMap((match) => {
    const version = VERSION.exec((match[2] ?? '').replaceAll(/<[^>]*>/g, ''))?.[1]
    return version === undefined || valid(version) === null ? [] : [{ at: match.index, version }]
  })
  if (headings.length === 0) return changelogHtml.slice(0, MAX_CHANGELOG)
  return headings
    .map(({ at, version }, index) => ({ version, html: changelogHtml.slice(at, headings[index + 1]?.at) }))
    .filter(({ version }) => gt(version, from) && lte(version, to))
    .map(({ html }) => html)
    .join('')
    .slice(0, MAX_CHANGELOG)
}
