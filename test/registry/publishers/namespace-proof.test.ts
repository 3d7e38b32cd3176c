import { describe, expect, it } from 'vitest'
import { createPublisher } from '../../../registry/src/publishers/create-publisher.ts'
import { getPublisher } from '../../../registry/src/publishers/get-publisher.ts'
import { PROOF_GRACE_MS, PROOF_RECHECK_MS } from '../../../registry/src/publishers/limits.ts'
import { beginProof, checkProof, removeProof } from '../../../registry/src/publishers/namespace-proof.ts'
import { createOutside } from '../../../registry/src/publishers/outside.ts'
import { recheckProofs } from '../../../registry/src/publishers/recheck-proofs.ts'
import { logEntries } from '../../../registry/src/store/rows/log-rows.ts'
import { openTestStore } from '../accounts/open-test-store.ts'
import { openDnsServer } from './dns-server.ts'
import { openWebServer } from './json-server.ts'

describe('proven namespaces [R5]', () => {
  it('are proven by a TXT record, shown as verified, logged once, and can be forgotten', async () => {
    const txt: Record<string, string> = {}
    await using dns = await openDnsServer({ txt })
    await using test = await openTestStore({ dnsServers: [dns.address] })
    await createPublisher(test.store, { id: 'acme', displayName: 'Acme' })
    const begun = await beginProof(test.store, 'acme', 'acme.example')
    expect(begun.dns.name).toBe('_nexus-publisher.acme.example')
    await expect(checkProof(test.store, 'acme')).rejects.toMatchObject({ code: 'NAMESPACE_NOT_PROVEN' })
    txt[begun.dns.name] = begun.dns.value.replace('acme', 'other')
    await expect(checkProof(test.store, 'acme')).rejects.toMatchObject({ code: 'NAMESPACE_NOT_PROVEN' })
    expect((await getPublisher(test.store, 'acme')).verified).toBeUndefined()
    txt[begun.dns.name] = begun.dns.value
    await checkProof(test.store, 'acme')
    await checkProof(test.store, 'acme')
    expect((await getPublisher(test.store, 'acme')).verified).toMatchObject({ domain: 'acme.example', method: 'dns' })
    const logged = await test.store.database.getRepository(logEntries).findBy({ kind: 'namespace.proven' })
    expect(logged).toHaveLength(1)
    await removeProof(test.store, 'acme')
    expect((await getPublisher(test.store, 'acme')).verified).toBeUndefined()
  })

  it('are proven by a well-known document, also one that names several publishers', async () => {
    let document: unknown
    await using web = await openWebServer((request, response) => {
      response.end(request.url === '/.well-known/nexus-publisher.json' ? JSON.stringify(document) : '')
    })
    const target = `127.0.0.1:${web.port}`
    await using dns = await openDnsServer({})
    await using test = await openTestStore({ dnsServers: [dns.address], privateTargets: [target] })
    await createPublisher(test.store, { id: 'acme', displayName: 'Acme' })
    const begun = await beginProof(test.store, 'acme', '127.0.0.1')
    document = [{ publisher: 'other', challenge: 'x' }, begun.wellKnown.document]
    expect((await checkProof(test.store, 'acme')).verified).toMatchObject({ method: 'well-known' })
  })

  it('begin again with another challenge for another domain', async () => {
    const txt: Record<string, string> = {}
    await using dns = await openDnsServer({ txt })
    await using test = await openTestStore({ dnsServers: [dns.address] })
    await createPublisher(test.store, { id: 'acme', displayName: 'Acme' })
    const first = await beginProof(test.store, 'acme', 'acme.example')
    expect((await beginProof(test.store, 'acme', 'acme.example')).challenge).toBe(first.challenge)
    txt[first.dns.name] = first.dns.value
    await checkProof(test.store, 'acme')
    const second = await beginProof(test.store, 'acme', 'acme.test')
    expect(second.challenge).not.toBe(first.challenge)
    expect(second.verified).toBeUndefined()
  })

  it('are looked at again, last a week without their record, and then end', async () => {
    const txt: Record<string, string> = {}
    await using dns = await openDnsServer({ txt })
    await using test = await openTestStore({ dnsServers: [dns.address] })
    await createPublisher(test.store, { id: 'acme', displayName: 'Acme' })
    const { dns: record } = await beginProof(test.store, 'acme', 'acme.example')
    txt[record.name] = record.value
    await checkProof(test.store, 'acme')
    delete txt[record.name]
    const verified = async () => (await getPublisher(test.store, 'acme')).verified !== undefined
    const nextDay = Date.now() + PROOF_RECHECK_MS + 1
    await recheckProofs(test.store, nextDay)
    expect(await verified()).toBe(true)
    await recheckProofs(test.store, nextDay + PROOF_GRACE_MS - 1)
    expect(await verified()).toBe(true)
    await recheckProofs(test.store, nextDay + PROOF_GRACE_MS + PROOF_RECHECK_MS)
    expect(await verified()).toBe(false)
  })
})

describe('asking the world outside [R5]', () => {
  it('asks no address that is not public, named, resolved, or without TLS', async () => {
    await using dns = await openDnsServer({ a: { 'inside.example': '10.0.0.1', 'loop.example': '127.0.0.1' } })
    const outside = createOutside({ dnsServers: [dns.address] })
    for (const url of [
      'https://127.0.0.1/x',
      'https://[::1]/x',
      'https://169.254.169.254/latest/meta-data',
      'https://inside.example/x',
      'https://loop.example/x',
      'http://example.com/x',
      'https://user:secret@example.com/x',
      'file:///etc/passwd',
    ]) {
      await expect(outside.json(url)).rejects.toMatchObject({ code: 'OUTSIDE_REFUSED' })
    }
  })

  it('follows no redirect and reads no more than it must', async () => {
    let reached = false
    await using web = await openWebServer((request, response) => {
      if (request.url === '/moved') response.writeHead(302, { location: '/else' }).end()
      else if (request.url === '/large') response.end(`"${'x'.repeat(100_000)}"`)
      else if (request.url === '/text') response.end('not json')
      else reached = true
    })
    const target = `127.0.0.1:${web.port}`
    const outside = createOutside({ privateTargets: [target] })
    for (const path of ['moved', 'large', 'text']) {
      await expect(outside.json(`http://${target}/${path}`)).rejects.toMatchObject({ code: 'OUTSIDE_REFUSED' })
    }
    expect(reached).toBe(false)
  })

  it('asks a name that the operator allows inside, and no other port of it', async () => {
    await using web = await openWebServer((_request, response) => response.end('{"ok":true}'))
    const outside = createOutside({ privateTargets: [`127.0.0.1:${web.port}`] })
    expect(await outside.json(`http://127.0.0.1:${web.port}/`)).toEqual({ ok: true })
    await expect(outside.json(`http://127.0.0.1:${web.port === 80 ? 81 : 80}/`)).rejects.toMatchObject({
      code: 'OUTSIDE_REFUSED',
    })
  })
})
