import type { Bridge } from '../bridge.ts'
import { copyBytes, fromBase64, toBase64 } from '../globals/bytes.ts'
import { expectText, own } from '../guest-error.ts'
import { freeze } from '../primordials.ts'

/** `context.files` */
export function createFiles(bridge: Bridge): object {
  const ask = (capability: string, path: unknown, more: object = {}): Promise<unknown> =>
    bridge.ask(capability, { path: expectText(path, 'the path'), ...more })
  return freeze({
    async read(path: unknown, range: unknown = {}) {
      const asked = { as: 'base64', offset: own(range, 'offset'), length: own(range, 'length') }
      return fromBase64(expectText(await ask('files.read', path, asked), 'what was read'))
    },
    readText: async (path: unknown) => ask('files.read', path, { as: 'text' }),
    async write(path: unknown, content: unknown) {
      await ask(
        'files.write',
        path,
        typeof content === 'string' ? { text: content } : { base64: toBase64(copyBytes(content, 'the content')) },
      )
    },
    list: async (path: unknown) => ask('files.list', path),
    stat: async (path: unknown) => ask('files.stat', path),
    remove: async (path: unknown) => ask('files.remove', path),
  })
}
