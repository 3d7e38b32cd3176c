import { openNexusCells, openNexusContender } from './nexus-cell.ts'
import { measureCalls } from './measure-calls.ts'
import { readCpu } from '../process-cpu.ts'
await using cells = await openNexusCells()
await using nexus = await openNexusContender(cells)
const which = process.argv[2] ?? 'echo'
const inFlight = Number(process.argv[3] ?? 1)
const text = 'x'.repeat(Number(process.argv[4] ?? 100))
const own0 = process.cpuUsage()
const c0 = cells.host.cells().map((p) => readCpu(p)?.tree)
const f = await measureCalls(() => (which === 'echo' ? nexus.echo(text) : nexus.capability!()), { inFlight, durationMs: 2500, processes: nexus.processes })
const own = process.cpuUsage(own0)
const c1 = cells.host.cells().map((p) => readCpu(p)?.tree)
console.log(`${f.callsPerSecond.toFixed(0)}/s p50 ${f.p50Us.toFixed(0)} p99 ${f.p99Us.toFixed(0)} cpu ${f.cpuUs?.toFixed(0)} host share ${((own.user + own.system) / 1e6).toFixed(2)}s cell share ${c1.map((x, i) => ((x ?? 0) - (c0[i] ?? 0)).toFixed(2))}s stall ${f.stallMs.toFixed(1)}`)
