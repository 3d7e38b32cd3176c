import { Agent, request } from 'node:http'

/** One request of a load. */
export interface LoadRequest {
  readonly method: string
  readonly path: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: Buffer
}

/** What a load came to. */
export interface Measured {
  readonly perSecond: number
  readonly p50: number
  readonly p99: number
}

/** Sends requests over connections that are kept, and reads every byte of the answers. */
export function openHttp(url: string) {
  const agent = new Agent({ keepAlive: true, maxSockets: 64 })
  const { hostname, port } = new URL(url)
  const send = ({
    method,
    path,
    headers,
    body,
  }: LoadRequest): Promise<{ status: number; text: string; size: number }> =>
    new Promise((resolve, reject) => {
      const call = request({ agent, hostname, port, method, path, headers: { ...headers } }, (response) => {
        const chunks: Buffer[] = []
        let size = 0
        response.on('data', (chunk: Buffer) => {
          size += chunk.length
          if (size < 100_000) chunks.push(chunk)
        })
        response.on('end', () => {
          resolve({ status: response.statusCode ?? 0, text: Buffer.concat(chunks).toString(), size })
        })
        response.on('error', reject)
      })
      call.on('error', reject)
      if (body !== undefined) call.setHeader('content-length', body.length)
      call.end(body)
    })
  return { send, close: () => agent.destroy() }
}

/** Sends so many at once until the time is over or `next` has no more; every answer must be a success. */
export async function measure(
  url: string,
  options: { readonly concurrency: number; readonly ms: number },
  next: () => LoadRequest | undefined,
): Promise<Measured> {
  // Connections of its own: those of the workload before may have been closed meanwhile.
  const http = openHttp(url)
  const times: number[] = []
  const began = performance.now()
  const caller = async () => {
    while (performance.now() - began < options.ms) {
      const call = next()
      if (call === undefined) return
      const sent = performance.now()
      const { status, text } = await http.send(call)
      if (status < 200 || status > 299) throw new Error(`Expected a success, found ${status}: ${text.slice(0, 300)}`)
      times.push(performance.now() - sent)
    }
  }
  await Promise.all(Array.from({ length: options.concurrency }, caller)).finally(http.close)
  const seconds = (performance.now() - began) / 1000
  const sorted = times.toSorted((left, right) => left - right)
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN
  return { perSecond: times.length / seconds, p50: at(0.5), p99: at(0.99) }
}
