const IMPACT: Readonly<Record<string, number>> = { H: 0.56, L: 0.22, N: 0 }
const VECTOR: Readonly<Record<string, number>> = { N: 0.85, A: 0.62, L: 0.55, P: 0.2 }
const COMPLEXITY: Readonly<Record<string, number>> = { L: 0.77, H: 0.44 }
const INTERACTION: Readonly<Record<string, number>> = { N: 0.85, R: 0.62 }
const PRIVILEGES: Readonly<Record<string, number>> = { N: 0.85, L: 0.62, H: 0.27 }
const PRIVILEGES_BEYOND: Readonly<Record<string, number>> = { N: 0.85, L: 0.68, H: 0.5 }

/**
 * Base score of a CVSS 3.0 or 3.1 vector. Source: https://www.first.org/cvss/v3-1/specification-document, section 7.1.
 * 0 for a vector that is not complete and for CVSS 4, whose score is a table of its own: the vector itself is told then.
 */
export function cvssScore(vector: string): number {
  if (!vector.startsWith('CVSS:3.')) return 0
  const metrics = new Map(vector.split('/').map((part) => [part.split(':')[0] ?? '', part.split(':')[1] ?? '']))
  const of = (name: string, table: Readonly<Record<string, number>>) => table[metrics.get(name) ?? ''] ?? Number.NaN
  const beyond = metrics.get('S') === 'C'
  const lost = 1 - (1 - of('C', IMPACT)) * (1 - of('I', IMPACT)) * (1 - of('A', IMPACT))
  const impact = beyond ? 7.52 * (lost - 0.029) - 3.25 * (lost - 0.02) ** 15 : 6.42 * lost
  const ease =
    8.22 *
    of('AV', VECTOR) *
    of('AC', COMPLEXITY) *
    of('PR', beyond ? PRIVILEGES_BEYOND : PRIVILEGES) *
    of('UI', INTERACTION)
  const score = Math.min(10, (beyond ? 1.08 : 1) * (impact + ease))
  if (Number.isNaN(score) || impact <= 0) return 0
  return roundUp(score)
}

/** Up to one decimal, in whole numbers so that 8.6 does not become 8.7. */
function roundUp(score: number): number {
  const whole = Math.round(score * 100_000)
  return whole % 10_000 === 0 ? whole / 100_000 : (Math.floor(whole / 10_000) + 1) / 10
}
