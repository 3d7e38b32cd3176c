import { readResident } from '../memory.ts'
import type { Contender } from './contenders.ts'
import { type Measured, measure, openHttp } from './http-load.ts'
import { makeBundle, makePublish } from './package-bodies.ts'

const KIB = 1024
const MIB = 1024 * KIB

/** What was measured of one registry, by the name of the workload. */
export interface Results {
  readonly name: string
  readonly loads: Readonly<Record<string, Measured>>
  /** Slowest of a hundred pings while bundles of 30 MiB were published, ms. */
  readonly pingP99: number
  /** MiB after all of it. */
  readonly resident: number | undefined
}

/** Puts one registry through everything, in the same order. */
export async function runWorkloads(contender: Contender, ms: number, say: (line: string) => void): Promise<Results> {
  const { url } = contender
  const loads: Record<string, Measured> = {}
  const run = async (title: string, work: () => Promise<Measured>) => {
    loads[title] = await work()
    say(`  ${contender.name}: ${title}: ${loads[title].perSecond.toFixed(0)}/s`)
  }
  const publishes = (prefix: string, count: number, bytes: number, concurrency: number) => {
    const bodies = Array.from({ length: count }, (_, index) => {
      const name = `${prefix}-${index}`
      return { path: `/${name}`, body: makePublish(name, '1.0.0', makeBundle(name, '1.0.0', bytes)) }
    })
    let next = 0
    return measure(url, { concurrency, ms: 10 * ms }, () => {
      const body = bodies[next++]
      return body === undefined ? undefined : { method: 'PUT', headers: contender.headers, ...body }
    })
  }
  const reads = (path: string, concurrency: number) =>
    measure(url, { concurrency, ms }, () => ({ method: 'GET', path }))
  await publishes('warm', 30, 20 * KIB, 4)
  await run('publish 20 kB, one caller', () => publishes('one', 150, 20 * KIB, 1))
  await run('publish 20 kB, 16 callers', () => publishes('many', 480, 20 * KIB, 16))
  await run('publish 1 MiB, one caller', () => publishes('big', 40, MIB, 1))
  const http = openHttp(url)
  for (let patch = 0; patch < 60; patch += 1) {
    const version = `1.0.${patch}`
    const body = makePublish('versions', version, makeBundle('versions', version, KIB))
    await http.send({ method: 'PUT', path: '/versions', headers: contender.headers, body })
  }
  http.close()
  await run('packument, 16 callers', () => reads('/one-0', 16))
  await run('packument of 60 versions, 16 callers', () => reads('/versions', 16))
  await run('tarball 1 MiB, 8 callers', () => reads('/big-0/-/big-0-1.0.0.tgz', 8))
  const pingP99 = await pingWhileUploading(contender, ms)
  return { name: contender.name, loads, pingP99, resident: readResident(contender.pid) }
}

/** How long somebody else waits while two callers publish bundles of 30 MiB. */
async function pingWhileUploading(contender: Contender, ms: number): Promise<number> {
  const bodies = [0, 1, 2, 3].map((index) => {
    const name = `large-${index}`
    return { path: `/${name}`, body: makePublish(name, '1.0.0', makeBundle(name, '1.0.0', 30 * MIB)) }
  })
  let next = 0
  let isDone = false
  const uploads = measure(contender.url, { concurrency: 2, ms: 60_000 }, () => {
    const body = bodies[next++]
    return body === undefined ? undefined : { method: 'PUT', headers: contender.headers, ...body }
  }).finally(() => {
    isDone = true
  })
  const pings = measure(contender.url, { concurrency: 1, ms: 10 * ms }, () =>
    isDone ? undefined : { method: 'GET', path: '/-/ping' },
  )
  const [, { p99 }] = await Promise.all([uploads, pings])
  return p99
}
