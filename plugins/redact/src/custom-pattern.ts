import { type Detector, byExpression } from './detector.ts'
import { redactError } from './errors.ts'
import { MAX_PATTERN_CHARACTERS, MAX_PATTERNS } from './limits.ts'

/** One place of a pattern: an expression for exactly one character. */
const PLACES: Readonly<Record<string, string>> = { '#': '\\p{Nd}', '@': '\\p{L}', '?': '[\\p{L}\\p{Nd}]' }

/**
 * Detectors for the admin's own patterns. A pattern stands for texts of one length: nothing in it can be matched in two
 * ways, so no text can make it slow. Fails with `REDACT_PATTERN`.
 */
export function readPatterns(lines: readonly string[]): readonly Detector[] {
  const patterns = lines.map((line) => line.trim()).filter((line) => line !== '')
  if (patterns.length > MAX_PATTERNS) {
    throw redactError(
      'REDACT_PATTERN',
      `Expected at most ${MAX_PATTERNS} patterns, found ${patterns.length}. Remove some.`,
    )
  }
  return patterns.map((pattern) => byExpression('text', compilePattern(pattern)))
}

/** The expression of a pattern. */
export function compilePattern(pattern: string): RegExp {
  let places = 0
  let source = ''
  const parts = pattern.matchAll(/(\\[\s\S]|[\s\S])(?:\{(\d{1,2})\})?/gu)
  for (const [, character = '', repeat] of parts) {
    const count = repeat === undefined ? 1 : Number(repeat)
    if (count === 0)
      throw redactError(
        'REDACT_PATTERN',
        `Expected repetitions from {1} to {${MAX_PATTERN_CHARACTERS}} in \`${pattern}\`, found {0}.`,
      )
    places += count
    source += `${compilePlace(character)}${count === 1 ? '' : `{${count}}`}`
  }
  if (places < 3 || places > MAX_PATTERN_CHARACTERS) {
    throw redactError(
      'REDACT_PATTERN',
      `Expected a pattern for 3 to ${MAX_PATTERN_CHARACTERS} characters, found \`${pattern}\` for ${places}.`,
    )
  }
  return new RegExp(source, 'giu')
}

function compilePlace(character: string): string {
  const literal = character.length > 1 && character.startsWith('\\') ? character.slice(1) : character
  const place = literal === character ? PLACES[character] : undefined
  return place ?? literal.replace(/[\\^$.*+?()[\]{}|/]/gu, '\\$&')
}
