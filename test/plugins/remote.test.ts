import { describe, expect, test } from 'vitest'
import { readServer } from '../../plugins/remote/src/read-server.ts'

const url = 'https://mcp.example.com/mcp'

describe('remote adapter configuration [H2]', () => {
  test('names the address and further headers, without a token', () => {
    expect(readServer({ url, headers: ['X-Team: core ', '', 'X-Colon: a:b'] })).toEqual({
      url,
      headers: { 'X-Team': 'core', 'X-Colon': 'a:b' },
    })
  })

  test('puts the token into the header of the given form, by the name of its field', () => {
    expect(readServer({ url, token: 'github' }).secretHeaders).toEqual({
      Authorization: { secret: 'token', format: 'Bearer {}' },
    })
    expect(readServer({ url, token: 'x', header: 'X-Api-Key', format: '{}' }).secretHeaders).toEqual({
      'X-Api-Key': { secret: 'token', format: '{}' },
    })
  })

  test('names further addresses, whose token is meant, and the bounds', () => {
    const config = { url, replicas: ['https://two.example.com/mcp', ''], token: 'github', credentials: 'perUser' }
    expect(readServer({ ...config, breakerFaults: 3 })).toMatchObject({
      replicas: ['https://two.example.com/mcp'],
      credentials: 'perUser',
      limits: { breakerFaults: 3 },
    })
  })

  test('names the client that somebody registered for OAuth, and lets each user agree for themselves', () => {
    expect(
      readServer({ url, clientId: 'nexus', clientSecret: 'example-client', credentials: 'perUser' }),
    ).toMatchObject({
      oauthClient: { id: 'nexus', secret: 'clientSecret' },
      credentials: 'perUser',
    })
    expect(readServer({ url, clientId: 'nexus' }).oauthClient).toEqual({ id: 'nexus' })
    const authorizationServers = ['https://login.example.com']
    expect(readServer({ url, authorizationServers, credentials: 'perUser' })).toMatchObject({ credentials: 'perUser' })
  })

  test.each([
    [{ url, clientSecret: 'example-client' }, 'REMOTE_CREDENTIALS'],
    [{}, 'REMOTE_URL'],
    [{ url, replicas: ['https://user:hunter2@example.com/'] }, 'REMOTE_URL'],
    [{ url, credentials: 'perUser' }, 'REMOTE_CREDENTIALS'],
    [{ url, token: 'x', credentials: 'mine' }, 'REMOTE_CREDENTIALS'],
    [{ url, maxQueued: -1 }, 'CONFIG_FIELD_RANGE'],
    [{ url: 'ftp://example.com' }, 'REMOTE_URL'],
    [{ url: 'example.com/mcp' }, 'REMOTE_URL'],
    [{ url: 'https://user:hunter2@example.com/' }, 'REMOTE_URL'],
    [{ url: 'https://example.com/#part' }, 'REMOTE_URL'],
    [{ url: 'https://exa mple.com/' }, 'REMOTE_URL'],
    [{ url, token: 'x', format: 'Bearer' }, 'REMOTE_FORMAT'],
    [{ url, token: 'x', format: '{} {}' }, 'REMOTE_FORMAT'],
    [{ url, token: 'x', format: 'a\r\nb: {}' }, 'REMOTE_FORMAT'],
    [{ url, token: 'x', header: 'Bad Header' }, 'REMOTE_HEADER'],
    [{ url, token: 'x', header: 'X-Key', headers: ['x-key: 1'] }, 'REMOTE_HEADER'],
    [{ url, headers: ['hunter2'] }, 'REMOTE_HEADER'],
    [{ url, headers: ['Authorization: Bearer hunter2'] }, 'REMOTE_HEADER'],
    [{ url, headers: ['Cookie: hunter2'] }, 'REMOTE_HEADER'],
    [{ url, headers: ['Host: evil.example'] }, 'REMOTE_HEADER'],
    [{ url, headers: ['Mcp-Session-Id: 1'] }, 'REMOTE_HEADER'],
    [{ url, headers: ['A: 1', 'a: 2'] }, 'REMOTE_HEADER'],
    [{ url, headers: ['A: 1\r\nB: 2'] }, 'REMOTE_HEADER'],
  ])('refuses %j with %s and repeats no secret', (config, code) => {
    expect(() => readServer(config)).toThrow(
      expect.objectContaining({ code, message: expect.not.stringContaining('hunter2') }),
    )
  })
})
