import { styleText } from 'node:util'
import type { Scan } from '../developer/index.ts'
import { visible } from './console.ts'

const MARKS = { error: '✗', warning: '!' } as const
const COLOURS = { error: 'red', warning: 'yellow' } as const

/** What the static checks found, one line each, and what follows from it. */
export function scanLines({ verdict, findings }: Scan): readonly string[] {
  if (findings.length === 0) return ['  ✓ The static checks found nothing.']
  const lines = findings.map(({ severity, code, file, line, message }) =>
    styleText(
      COLOURS[severity],
      visible(`  ${MARKS[severity]} ${file}${line === undefined ? '' : `:${line}`} ${message} (${code})`),
    ),
  )
  return verdict === 'held'
    ? [...lines, '  The registry holds a release with such findings until a moderator decides.']
    : lines
}

/** `12.3 KiB` */
export function sizeText(bytes: number): string {
  if (bytes < 1024) return `${bytes} B`
  return bytes < 1024 ** 2 ? `${(bytes / 1024).toFixed(1)} KiB` : `${(bytes / 1024 ** 2).toFixed(1)} MiB`
}
