import { describe, expect, test } from 'vitest'
import { readServer } from '../../plugins/stdio/src/read-server.ts'

describe('stdio adapter configuration [H2]', () => {
  test('runs an npm package of an exact version with arguments exactly as written', () => {
    const server = readServer({ package: '@scope/server@1.2.3', bin: 'serve', args: ['--flag', ' two words ', ''] })
    expect(server).toEqual({
      package: '@scope/server@1.2.3',
      bin: 'serve',
      args: ['--flag', ' two words ', ''],
      env: {},
      secretEnv: {},
    })
  })

  test('runs a command with plain and secret environment variables', () => {
    const server = readServer({
      command: '/usr/bin/server',
      env: ['A=1', 'URL=a=b', 'EMPTY='],
      secretEnv: { TOKEN: 'github' },
    })
    expect(server).toEqual({
      command: '/usr/bin/server',
      args: [],
      env: { A: '1', URL: 'a=b', EMPTY: '' },
      secretEnv: { TOKEN: 'secretEnv.TOKEN' },
    })
  })

  test('says how the processes are shared and bounded, where the configuration does', () => {
    const config = { command: 'a', instances: 3, sharing: 'perUser', credentials: 'perUser', maxConcurrent: 4 }
    expect(readServer({ ...config, retryTools: true })).toMatchObject({
      instances: 3,
      sharing: 'perUser',
      credentials: 'perUser',
      limits: { maxConcurrent: 4, retryTools: true },
    })
  })

  test.each([
    [{}, 'STDIO_SOURCE', /found neither/],
    [{ package: ' ', command: '' }, 'STDIO_SOURCE', /found neither/],
    [{ package: 'a@1.0.0', command: 'b' }, 'STDIO_SOURCE', /found both/],
    [{ command: 'b', bin: 'c' }, 'STDIO_SOURCE', /beside `command`/],
    [{ package: 'server' }, 'STDIO_PACKAGE', /exact version/],
    [{ package: 'server@latest' }, 'STDIO_PACKAGE', /exact version/],
    [{ package: 'server@^1.0.0' }, 'STDIO_PACKAGE', /exact version/],
    [{ package: 'https://example.com/x.tgz' }, 'STDIO_PACKAGE', /exact version/],
    [{ package: 'file:../x@1.0.0' }, 'STDIO_PACKAGE', /exact version/],
    [{ package: '../x@1.0.0' }, 'STDIO_PACKAGE', /exact version/],
    [{ package: 'a@1.0.0', bin: '../sh' }, 'STDIO_PACKAGE', /program of the package/],
    [{ command: 'npx -y thing' }, 'STDIO_COMMAND', /without arguments/],
    [{ command: 'a', env: ['just-a-password'] }, 'STDIO_ENVIRONMENT', /line 1/],
    [{ command: 'a', env: ['A-B=1'] }, 'STDIO_ENVIRONMENT', /variable name/],
    [{ command: 'a', env: ['A=1', 'A=2'] }, 'STDIO_ENVIRONMENT', /twice/],
    [{ command: 'a', env: ['A=1'], secretEnv: { A: 's' } }, 'STDIO_ENVIRONMENT', /in both/],
    [{ command: 'a', readFolders: ['relative'] }, 'STDIO_FOLDER', /readFolders/],
    [{ command: 'a', sharing: 'everybody' }, 'STDIO_SHARING', /`sharing`/],
    [{ command: 'a', credentials: 'perUser' }, 'STDIO_SHARING', /Set `sharing` to `perUser`/],
    [{ command: 'a', instances: 17 }, 'CONFIG_FIELD_RANGE', /1 to 16/],
    [{ command: 'a', queueMs: 1.5 }, 'CONFIG_FIELD_RANGE', /`queueMs`/],
    [{ command: 'a', writeFolders: ['/srv/../etc'] }, 'STDIO_FOLDER', /writeFolders/],
  ])('refuses %j with %s', (config, code, message) => {
    expect(() => readServer(config)).toThrow(expect.objectContaining({ code, message: expect.stringMatching(message) }))
  })

  test('does not repeat a pasted line without a name, which may be a password', () => {
    expect(() => readServer({ command: 'a', env: ['hunter2'] })).toThrow(
      expect.objectContaining({ message: expect.not.stringContaining('hunter2') }),
    )
  })
})
