import { schemas } from '../../contract/index.ts'
import type { CommandContext } from '../command-context.ts'
import { table } from '../console.ts'
import { cliError } from '../errors.ts'
import { findInstallation } from '../plugin-reference.ts'

/** `nexus plugin usage` */
export async function pluginUsage(
  { connect, output }: CommandContext,
  plugin: string,
  { range }: { readonly range: string },
): Promise<void> {
  if (!schemas.usageRange.safeParse(range).success)
    throw cliError('CLI_USAGE', `Expected hour, day, month or year, found ${JSON.stringify(range)}.`)
  const client = await connect()
  const { id, pluginId } = await findInstallation(client, plugin)
  const view = await client.call('installationUsage', { params: { id }, query: { range } })
  const { totals, points, breachesByLimit } = view
  const busy = points.filter((point) => point.calls + point.coldStarts + point.breaches + point.egressBytes > 0)
  const rows = busy.map((point) => [
    point.at,
    String(point.calls),
    String(point.errors),
    point.cpuMs.toFixed(1),
    mebibytes(point.peakHeapBytes),
    String(point.egressBytes),
    String(point.coldStarts),
    String(point.breaches),
  ])
  output.answer(view, [
    `${pluginId}, ${range}: ${totals.calls} calls (${totals.errors} failed), ${Math.round(totals.cpuMs)} ms CPU, ${mebibytes(totals.peakHeapBytes)} MiB at most, ${totals.egressBytes} bytes of traffic, ${totals.coldStarts} cold starts, ${totals.breaches} crossed limits.`,
    ...(view.measuredSince === undefined ? [] : [`Measured since ${view.measuredSince}.`]),
    ...(rows.length === 0
      ? []
      : table([['At', 'Calls', 'Failed', 'CPU ms', 'Peak MiB', 'Traffic', 'Starts', 'Breaches'], ...rows])),
    ...breachesByLimit.map(
      ({ code, limit, value, count, lastAt }) =>
        `Crossed ${limit === '' ? 'by a crash' : `${limit} (${value})`} ${count} times, the last time ${lastAt}: ${code}`,
    ),
  ])
}

function mebibytes(bytes: number): string {
  return (bytes / 1024 ** 2).toFixed(1)
}
