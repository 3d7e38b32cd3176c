import { describe, expect, it } from 'vitest'
import { createMeter } from '../../../runtime/src/broker/meter.ts'
import { createMinuteBudget } from '../../../runtime/src/broker/minute-budget.ts'

describe('minute budget [H9]', () => {
  it('gives a fresh minute after the old one, and after the clock was set back', () => {
    let now = 1_000_000
    const budget = createMinuteBudget(() => now)
    expect(budget.take(8, 10)).toBe(true)
    expect(budget.take(3, 10)).toBe(false)
    expect(budget.left(10)).toBe(2)
    expect(budget.take(2, 10)).toBe(true)
    now += 59_999
    expect(budget.left(10)).toBe(0)
    now += 1
    expect(budget.left(10)).toBe(10)
    expect(budget.add(30)).toBe(30)
    expect(budget.left(10)).toBe(0)
    now -= 3_600_000
    expect(budget.left(10)).toBe(10)
  })
})

describe('broker meter [H9]', () => {
  const call = (requestId: string | undefined, signal = new AbortController().signal) => ({ requestId, signal })

  it('keeps bytes per call and per minute apart, and forgets a call with its end', () => {
    let now = 0
    const meter = createMeter(() => now)
    meter.limitTo({ egressBytesPerCall: 100, egressBytesPerMinute: 250 })
    const ends = new AbortController()
    expect(meter.received(call('a', ends.signal), 100)).toBeUndefined()
    expect(meter.received(call('a', ends.signal), 1)).toBe('egressBytesPerCall')
    ends.abort()
    expect(meter.received(call('a'), 100)).toBeUndefined()
    expect(meter.received(call('b'), 50)).toBe('egressBytesPerMinute')
    expect(meter.send(1)).toBe(false)
    now += 60_000
    expect(meter.received(call('c'), 100)).toBeUndefined()
    expect(meter.send(150)).toBe(true)
    expect(meter.usage().egressBytes).toBe(100 + 1 + 100 + 50 + 100 + 150)
  })

  it('gives work outside of calls one budget per minute, as large as a call’s', () => {
    let now = 0
    const meter = createMeter(() => now)
    meter.limitTo({ egressBytesPerCall: 100, egressBytesPerMinute: 1000 })
    expect(meter.received(call(undefined), 100)).toBeUndefined()
    expect(meter.received(call(undefined), 1)).toBe('egressBytesPerCall')
    now += 60_000
    expect(meter.received(call(undefined), 100)).toBeUndefined()
  })

  it('lets nothing pass before it knows its limits', () => {
    const meter = createMeter()
    expect(meter.received(call('a'), 1)).toBe('egressBytesPerCall')
    expect(meter.send(1)).toBe(false)
  })

  it('says when what was used last', () => {
    let now = Date.UTC(2026, 0, 1)
    const meter = createMeter(() => now)
    meter.called('storage.get')
    now += 1000
    meter.called('storage.get').denied += 1
    meter.used('network', 'https://a.example:443', 'GET')
    meter.calledUnknown().denied += 1
    expect(meter.usage()).toEqual({
      calls: 3,
      denied: 2,
      limited: 0,
      egressBytes: 0,
      logBytes: 0,
      byCapability: { 'storage.get': { calls: 2, denied: 1, limited: 0, lastUsedAt: '2026-01-01T00:00:01.000Z' } },
      used: [
        {
          family: 'network',
          name: 'https://a.example:443',
          verb: 'GET',
          uses: 1,
          lastUsedAt: '2026-01-01T00:00:01.000Z',
        },
      ],
    })
  })
})
