import { type Socket, createSocket } from 'node:dgram'
import { once } from 'node:events'

/** Answers of a small DNS server: TXT and A records by name. */
export interface DnsRecords {
  readonly txt?: Record<string, string>
  readonly a?: Record<string, string>
}

const TYPE = { a: 1, txt: 16 } as const

/** A DNS server on loopback that tells what `records` holds at that moment. */
export async function openDnsServer(records: DnsRecords): Promise<{ readonly address: string } & AsyncDisposable> {
  const socket: Socket = createSocket('udp4')
  socket.on('message', (query, peer) => socket.send(answerOf(query, records), peer.port, peer.address))
  socket.bind(0, '127.0.0.1')
  await once(socket, 'listening')
  return {
    address: `127.0.0.1:${socket.address().port}`,
    async [Symbol.asyncDispose]() {
      await new Promise<void>((closed) => socket.close(() => closed()))
    },
  }
}

/** One question, one answer or none (RFC 1035). */
function answerOf(query: Buffer, records: DnsRecords): Buffer {
  const labels: string[] = []
  let at = 12
  while (query.readUInt8(at) !== 0) {
    const length = query.readUInt8(at)
    labels.push(query.subarray(at + 1, at + 1 + length).toString('latin1'))
    at += length + 1
  }
  const question = query.subarray(12, at + 5)
  const data = recordOf(labels.join('.').toLowerCase(), query.readUInt16BE(at + 1), records)
  const header = Buffer.alloc(12)
  query.copy(header, 0, 0, 2)
  header.writeUInt16BE(data === undefined ? 0x81_83 : 0x81_80, 2)
  header.writeUInt16BE(1, 4)
  header.writeUInt16BE(data === undefined ? 0 : 1, 6)
  if (data === undefined) return Buffer.concat([header, question])
  const record = Buffer.alloc(12)
  record.writeUInt16BE(0xc0_0c, 0)
  record.writeUInt16BE(query.readUInt16BE(at + 1), 2)
  record.writeUInt16BE(1, 4)
  record.writeUInt16BE(data.length, 10)
  return Buffer.concat([header, question, record, data])
}

function recordOf(name: string, type: number, { txt = {}, a = {} }: DnsRecords): Buffer | undefined {
  const text = txt[name]
  if (type === TYPE.txt && text !== undefined) return Buffer.concat([Buffer.from([text.length]), Buffer.from(text)])
  const address = a[name]
  return type === TYPE.a && address !== undefined ? Buffer.from(address.split('.').map(Number)) : undefined
}
