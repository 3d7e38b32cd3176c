import type { Readable } from 'node:stream'
import { type LoggedRecord, loggedRecord } from '@nexus/registry/contract'
import { verifyLogged } from '@nexus/registry/log'
import { describe, expect, it } from 'vitest'
import { MAX_FEED_CLIENTS } from '../../../registry/src/log/limits.ts'
import { openTestLog, published } from './open-test-log.ts'

/** The next `count` entries of a feed; comments and the head are passed over. */
async function take(stream: Readable, count: number): Promise<readonly LoggedRecord[]> {
  const entries: LoggedRecord[] = []
  for await (const chunk of stream.iterator({ destroyOnReturn: false })) {
    const data = /^id: \d+\nevent: entry\ndata: (.*)\n\n$/.exec(String(chunk))?.[1]
    if (data !== undefined) entries.push(loggedRecord.parse(JSON.parse(data)))
    if (entries.length === count) break
  }
  return entries
}

describe('feed of the log [R2]', () => {
  it('tells first what the log is, then each new entry with its proof', async () => {
    await using log = await openTestLog()
    await log.append(published('1.0.0'))
    const stream = await log.feed.subscribe(undefined)
    const first = await stream.iterator({ destroyOnReturn: false }).next()
    expect(String(first.value)).toMatch(/^event: head\ndata: \{.*"size":1,/)
    await log.append(published('1.0.1'))
    await log.append(published('1.0.2'))
    const entries = await take(stream, 2)
    expect(entries.map((logged) => verifyLogged(logged, log.logKey).entry)).toEqual([
      published('1.0.1'),
      published('1.0.2'),
    ])
    log.feed.close()
  })

  it('goes on behind the entry that a listener names', async () => {
    await using log = await openTestLog()
    for (let at = 0; at < 4; at += 1) await log.append(published(`1.0.${at}`))
    const stream = await log.feed.subscribe(1)
    expect((await take(stream, 2)).map(({ record }) => record.index)).toEqual([2, 3])
    log.feed.close()
  })

  it('takes a bounded number of listeners, and another one when one leaves', async () => {
    await using log = await openTestLog()
    const streams = await Promise.all(Array.from({ length: MAX_FEED_CLIENTS }, () => log.feed.subscribe(undefined)))
    await expect(log.feed.subscribe(undefined)).rejects.toMatchObject({ code: 'BUSY' })
    const closed = new Promise((resolve) => streams[0]?.once('close', resolve))
    streams[0]?.destroy()
    await closed
    await expect(log.feed.subscribe(undefined)).resolves.toBeDefined()
    log.feed.close()
  })
})
