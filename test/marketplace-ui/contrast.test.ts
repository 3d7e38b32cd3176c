import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'

const css = readFileSync(join(import.meta.dirname, '../../marketplace-ui/src/styles/tokens.css'), 'utf8')

function tokensOf(block: string): ReadonlyMap<string, string> {
  return new Map([...block.matchAll(/--([\w-]+):\s*(#[0-9a-f]{6})/g)].map((match) => [match[1] ?? '', match[2] ?? '']))
}

const [lightBlock = '', darkBlock = ''] = css.split(":root[data-theme='dark']")
const light = tokensOf(lightBlock)
const dark = new Map([...light, ...tokensOf(darkBlock)])

function luminance(color: string): number {
  const channels = [1, 3, 5].map((at) => Number.parseInt(color.slice(at, at + 2), 16) / 255)
  const [red = 0, green = 0, blue = 0] = channels.map((value) =>
    value <= 0.040_45 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4,
  )
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue
}

function contrast(one: string, other: string): number {
  const [bright = 0, dim = 0] = [luminance(one), luminance(other)].toSorted((a, b) => b - a)
  return (bright + 0.05) / (dim + 0.05)
}

const TEXT_PAIRS = [
  ['text', 'bg'],
  ['text', 'surface'],
  ['text', 'sunk'],
  ['text-2', 'bg'],
  ['text-2', 'surface'],
  ['text-2', 'sunk'],
  ['brand-text', 'surface'],
  ['brand-text', 'bg'],
  ['brand-text', 'brand-soft'],
  ['on-brand', 'brand'],
  ['on-brand', 'brand-hover'],
  ['ok', 'ok-soft'],
  ['warn', 'warn-soft'],
  ['bad', 'bad-soft'],
  ['bad', 'surface'],
  ['warn', 'sunk'],
  ['bad', 'sunk'],
  ['on-warn-fill', 'warn-fill'],
  ['rail-text', 'rail'],
  ['rail-text', 'rail-2'],
  ['rail-text-2', 'rail'],
] as const

const EDGE_PAIRS = [
  ['edge', 'surface'],
  ['edge', 'bg'],
  ['brand', 'surface'],
  ['brand', 'bg'],
  ['ok', 'surface'],
  ['bad', 'surface'],
  ['rail-accent', 'rail'],
] as const

describe.for([
  ['light', light],
  ['dark', dark],
] as const)('colours of the %s theme [U6]', ([, tokens]) => {
  const measure = (front: string, back: string): number => contrast(tokens.get(front) ?? '', tokens.get(back) ?? '')

  test.for(TEXT_PAIRS)('text in %s on %s has a contrast of at least 4.5', ([front, back]) => {
    expect(measure(front, back)).toBeGreaterThanOrEqual(4.5)
  })

  test.for(EDGE_PAIRS)('a control edge in %s on %s has a contrast of at least 3', ([front, back]) => {
    expect(measure(front, back)).toBeGreaterThanOrEqual(3)
  })
})
