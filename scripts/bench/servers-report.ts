/** A number that has to stay below another. */
export interface Figure {
  readonly what: string
  readonly value: number
  readonly unit: 'ms' | 'KB' | 'MB'
  readonly limit: number
}

/** Everything that was measured about virtual servers. */
export interface ServersReport {
  readonly node: string
  readonly figures: readonly Figure[]
}

export function isMissed({ value, limit }: Figure): boolean {
  return value > limit
}

/** The report as a table for people. */
export function formatServersReport({ node, figures }: ServersReport): string {
  const width = Math.max(...figures.map(({ what }) => what.length))
  const lines = figures.map((figure) => {
    const { what, value, unit, limit } = figure
    const shown = `${value.toFixed(value < 10 ? 2 : 1)} ${unit}`
    return `${what.padEnd(width)}  ${shown.padStart(10)}  at most ${limit} ${unit}${isMissed(figure) ? '  MISSED' : ''}`
  })
  return [`Virtual servers, Node ${node}`, '', ...lines].join('\n')
}
