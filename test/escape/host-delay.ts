import { type ChildProcess, spawn } from 'node:child_process'
import { monitorEventLoopDelay } from 'node:perf_hooks'

// What the neighbours of an attack feel of the host is the delay of its event loop. Wall time alone cannot say whose
// fault a delay is: on a machine with two cores the attackers burn both, and the scheduler lets every process wait.
// So two things are measured. The longest stretch of CPU time that the host's own thread burned between two turns of its
// loop is the host's work and nobody else's: that is held to the limit strictly, per attack. And against waiting that
// burns no CPU (a lock, synchronous I/O) the median of the wall-clock delay is compared with that of a control: a process
// of its own that does nothing but sample, on the same machine in the same minutes. The median, because the scheduler
// prefers a process that does nothing, and rare long waits are seen by the bystanders anyway.

const SAMPLE_MS = 5

/** The ear at the host's event loop. */
export interface HostDelay extends Disposable {
  /** A moment to compare with later. */
  now(): number
  /** Longest delay since `moment` that the host's own thread worked itself, milliseconds. */
  worstSince(moment: number): number
  /** Medians of all delay since the start, milliseconds: host and control. */
  finish(): Promise<{ readonly host: number; readonly control: number }>
}

export function listenToHost(): HostDelay {
  const stretches: { readonly at: number; readonly ms: number }[] = []
  let lastWall = performance.now()
  let lastCpu = process.threadCpuUsage()
  const timer = setInterval(() => {
    const wall = performance.now()
    const cpu = process.threadCpuUsage(lastCpu)
    const own = Math.min(wall - lastWall - SAMPLE_MS, (cpu.user + cpu.system) / 1000)
    if (own > SAMPLE_MS) stretches.push({ at: wall, ms: own })
    lastWall = wall
    lastCpu = process.threadCpuUsage()
  }, SAMPLE_MS)
  const histogram = monitorEventLoopDelay({ resolution: SAMPLE_MS })
  histogram.enable()
  const control = startControl()
  return {
    now: () => performance.now(),
    worstSince: (moment) => stretches.reduce((worst, { at, ms }) => (at > moment ? Math.max(worst, ms) : worst), 0),
    async finish() {
      clearInterval(timer)
      histogram.disable()
      return { host: median(histogram), control: await finishControl(control) }
    },
    [Symbol.dispose]() {
      clearInterval(timer)
      control.kill()
    },
  }
}

function median(histogram: ReturnType<typeof monitorEventLoopDelay>): number {
  return histogram.percentile(50) / 1_000_000
}

function startControl(): ChildProcess {
  const source = `const h = require('node:perf_hooks').monitorEventLoopDelay({ resolution: ${SAMPLE_MS} }); h.enable();
    process.stdin.on('end', () => console.log(h.percentile(50) / 1e6)).resume()`
  return spawn(process.execPath, ['-e', source], { stdio: ['pipe', 'pipe', 'inherit'] })
}

async function finishControl(control: ChildProcess): Promise<number> {
  control.stdin?.end()
  let text = ''
  for await (const chunk of control.stdout ?? []) text += String(chunk)
  return Number(text)
}
