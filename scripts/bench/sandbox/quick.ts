import { openNexusCells, openNexusContender } from './nexus-cell.ts'
import { measureCalls } from './measure-calls.ts'
await using cells = await openNexusCells()
await using nexus = await openNexusContender(cells)
const show = (name: string, f: Awaited<ReturnType<typeof measureCalls>>) => console.log(name.padEnd(20), `${f.callsPerSecond.toFixed(0)}/s p50 ${f.p50Us.toFixed(0)} p99 ${f.p99Us.toFixed(0)} cpu ${f.cpuUs?.toFixed(0)} stall ${f.stallMs.toFixed(1)}`)
const t100 = 'x'.repeat(100), t10k='x'.repeat(10240), t1m = 'x'.repeat(1048576)
const d = Number(process.argv[2] ?? 1500)
show('100B x1', await measureCalls(() => nexus.echo(t100), { inFlight: 1, durationMs: d, processes: nexus.processes }))
show('100B x32', await measureCalls(() => nexus.echo(t100), { inFlight: 32, durationMs: d, processes: nexus.processes }))
show('10K x1', await measureCalls(() => nexus.echo(t10k), { inFlight: 1, durationMs: d, processes: nexus.processes }))
show('1M x1', await measureCalls(() => nexus.echo(t1m), { inFlight: 1, durationMs: d, processes: nexus.processes }))
show('storage.get x1', await measureCalls(() => nexus.capability!(), { inFlight: 1, durationMs: d, processes: nexus.processes }))
