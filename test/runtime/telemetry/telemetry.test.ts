import { describe, expect, it } from 'vitest'
import { createCallMeter, createLogger, createPluginLog } from '../../../runtime/src/telemetry/index.ts'

const MINUTE = 60_000

describe('call meter [O2]', () => {
  it('counts calls and failures by minute, oldest first, for the workspace only', () => {
    let now = Date.parse('2026-11-21T12:00:30Z')
    const meter = createCallMeter(() => now)
    meter.toolCalled({ workspaceId: 'one', durationMs: 5, failed: false })
    meter.toolCalled({ workspaceId: 'other', durationMs: 5, failed: true })
    now += MINUTE
    meter.toolCalled({ workspaceId: 'one', durationMs: 5, failed: true })
    const { calls, failed, perMinute } = meter.lastHour('one')
    expect({ calls, failed }).toEqual({ calls: 2, failed: 1 })
    expect(perMinute).toHaveLength(60)
    expect(perMinute.slice(-2)).toEqual([
      { at: new Date('2026-11-21T12:00:00Z'), calls: 1, failed: 0 },
      { at: new Date('2026-11-21T12:01:00Z'), calls: 1, failed: 1 },
    ])
  })

  it('forgets what is older than an hour, even when the ring comes round to the same slot', () => {
    let now = Date.parse('2026-11-21T12:00:00Z')
    const meter = createCallMeter(() => now)
    meter.toolCalled({ workspaceId: 'one', durationMs: 5, failed: false })
    now += 59 * MINUTE
    expect(meter.lastHour('one').calls).toBe(1)
    now += MINUTE
    expect(meter.lastHour('one')).toMatchObject({ calls: 0, p95Ms: null })
    meter.toolCalled({ workspaceId: 'one', durationMs: 5, failed: false })
    expect(meter.lastHour('one').calls).toBe(1)
  })

  it('says the 95th percentile within a fifth', () => {
    const meter = createCallMeter()
    for (let ms = 1; ms <= 100; ms += 1) meter.toolCalled({ workspaceId: 'one', durationMs: ms, failed: false })
    const { p95Ms } = meter.lastHour('one')
    expect(p95Ms).toBeGreaterThanOrEqual(95)
    expect(p95Ms).toBeLessThanOrEqual(95 * 1.2)
  })

  it('takes durations beyond either end of the histogram', () => {
    const meter = createCallMeter()
    meter.toolCalled({ workspaceId: 'one', durationMs: 0, failed: false })
    expect(meter.lastHour('one').p95Ms).toBe(0.25)
    for (let call = 0; call < 99; call += 1) meter.toolCalled({ workspaceId: 'one', durationMs: 1e12, failed: false })
    expect(meter.lastHour('one').p95Ms).toBeGreaterThan(100_000)
  })
})

describe('plugin log [U3]', () => {
  it('keeps the last 200 lines of each installation and cuts long ones', () => {
    const log = createPluginLog(() => new Date(0))
    for (let line = 0; line < 250; line += 1) log.write('a', 'info', `line ${line}`)
    log.write('b', 'error', 'x'.repeat(10_000))
    expect(log.lines('a')).toHaveLength(200)
    expect(log.lines('a')[0]?.message).toBe('line 50')
    expect(log.lines('b')[0]?.message).toHaveLength(4096)
    log.forget('a')
    expect(log.lines('a')).toEqual([])
  })

  it('forgets the installation that wrote least recently when there are too many', () => {
    const log = createPluginLog()
    log.write('quiet', 'info', 'x')
    log.write('busy', 'info', 'x')
    for (let one = 0; one < 998; one += 1) log.write(`i${one}`, 'info', 'x')
    log.write('quiet', 'info', 'again')
    log.write('new', 'info', 'x')
    expect(log.lines('quiet')).toHaveLength(2)
    expect(log.lines('busy')).toEqual([])
  })
})

describe('host log [O2]', () => {
  it('writes JSON lines and blanks out what is secret at every depth it knows', () => {
    const lines: string[] = []
    const logger = createLogger({ level: 'info', destination: { write: (line) => void lines.push(line) } })
    logger.info({ token: 'nxs_1', request: { headers: { authorization: 'Bearer nxs_2', cookie: 'nexus=3' } } }, 'hello')
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({
      level: 'info',
      msg: 'hello',
      token: '[redacted]',
      request: { headers: { authorization: '[redacted]', cookie: '[redacted]' } },
    })
    expect(lines.join('')).not.toMatch(/nxs_|nexus=3/)
  })

  it('says nothing below its level', () => {
    const lines: string[] = []
    createLogger({ level: 'warn', destination: { write: (line) => void lines.push(line) } }).info('quiet')
    expect(lines).toEqual([])
  })
})
