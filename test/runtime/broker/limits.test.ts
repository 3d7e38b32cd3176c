import { describe, expect, it } from 'vitest'
import { openPort } from './open-port.ts'

describe('limits of the broker [H9]', () => {
  it('names the storage quota and its value, once per minute to whoever watches', async () => {
    await using port = await openPort({ limits: { storageBytes: 100 } })
    await port.call('storage.set', { key: 'k', value: '"12345"' })
    for (const [name, argument] of [
      ['storage.set', { key: 'l', value: `"${'x'.repeat(60)}"` }],
      ['storage.compareAndSet', { key: 'l', expected: null, value: `"${'x'.repeat(60)}"` }],
    ] as const) {
      await expect(port.call(name, argument)).rejects.toMatchObject({
        code: 'STORAGE_QUOTA',
        message: expect.stringContaining('100'),
        details: { limit: 'storageBytes', value: 100 },
      })
    }
    expect(port.breaches).toEqual([{ code: 'STORAGE_QUOTA', limit: 'storageBytes', value: 100, requestId: 'r1' }])
    expect(port.usage()).toMatchObject({ limited: 2, denied: 0 })
    expect(await port.call('storage.list', {})).toEqual(['k'])
  })

  it('names the log quota, and writes nothing beyond it', async () => {
    await using port = await openPort({ limits: { logBytesPerMinute: 10 } })
    await port.call('log.write', { level: 'info', message: '12345' })
    await expect(port.call('log.write', { level: 'info', message: '123456' })).rejects.toMatchObject({
      code: 'LOG_QUOTA',
      details: { limit: 'logBytesPerMinute', value: 10 },
    })
    expect(port.usage().logBytes).toBe(5)
    expect(port.breaches).toMatchObject([{ limit: 'logBytesPerMinute' }])
  })

  it.each([
    ['NUL', 'a\0b'],
    ['half a surrogate pair', '\ud800'],
    ['nothing', ''],
    ['too much', 'x'.repeat(513)],
  ])('refuses a storage key of %s', async (_what, key) => {
    await using port = await openPort()
    for (const name of ['storage.get', 'storage.getVersioned', 'storage.delete']) {
      await expect(port.call(name, { key })).rejects.toMatchObject({ code: 'CAPABILITY_ARGUMENT' })
    }
    await expect(port.call('storage.set', { key, value: '1' })).rejects.toMatchObject({ code: 'CAPABILITY_ARGUMENT' })
  })

  it('keeps storage keys that mean something to JavaScript, and those that only look alike', async () => {
    await using port = await openPort()
    const keys = ['__proto__', 'constructor', 'toString', 'e\u0301', '\u00e9']
    for (const [index, key] of keys.entries()) await port.call('storage.set', { key, value: String(index) })
    for (const [index, key] of keys.entries()) expect(await port.call('storage.get', { key })).toBe(String(index))
    await expect(port.callText('storage.get', '{"key":"a","__proto__":{"key":"b"}}')).rejects.toMatchObject({
      code: 'CAPABILITY_ARGUMENT',
    })
  })
})
