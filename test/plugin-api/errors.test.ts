import {
  NexusError,
  configFlag,
  configSecretNames,
  configText,
  configTexts,
  createErrorFactory,
  definePlugin,
  errorCode,
  isJsonArray,
  isJsonObject,
  parseJson,
} from '@nexus/plugin-api'
import { describe, expect, test } from 'vitest'

describe('errors [H1]', () => {
  const make = createErrorFactory({ STORAGE_QUOTA: { fault: 'plugin', status: 413, title: 'Storage quota exceeded' } })

  test('carry code, fault, status and title of their table, and details', () => {
    const cause = new Error('why')
    const error = make('STORAGE_QUOTA', 'Expected less.', { details: { limit: 1 }, cause })
    expect(error).toBeInstanceOf(NexusError)
    expect(error).toMatchObject({
      name: 'NexusError',
      code: 'STORAGE_QUOTA',
      fault: 'plugin',
      status: 413,
      title: 'Storage quota exceeded',
      details: { limit: 1 },
      message: 'Expected less.',
      cause,
    })
  })

  test('blame the host when nobody says otherwise', () => {
    expect(new NexusError('X', 'm')).toMatchObject({ fault: 'host', status: 500, title: 'X', details: {} })
    expect(Object.hasOwn(new NexusError('X', 'm'), 'cause')).toBe(false)
  })

  test('are told apart by code, whatever object carries it', () => {
    expect([
      errorCode(make('STORAGE_QUOTA', '')),
      errorCode({ code: 'A' }),
      errorCode({ code: 1 }),
      errorCode('A'),
      errorCode(null),
      errorCode(undefined),
    ]).toEqual(['STORAGE_QUOTA', 'A', undefined, undefined, undefined, undefined])
  })
})

describe('configuration of a plugin [H5]', () => {
  const config = { text: ' a ', blank: ' ', list: ['a', ' b '], flag: false, names: { A: 's' } }

  test('is read by type', () => {
    expect([configText(config, 'text'), configText(config, 'blank'), configText(config, 'none')]).toEqual([
      'a',
      undefined,
      undefined,
    ])
    expect([configTexts(config, 'list'), configTexts(config, 'none')]).toEqual([['a', ' b '], []])
    expect([configFlag(config, 'flag', true), configFlag(config, 'none', true)]).toEqual([false, true])
    expect([configSecretNames(config, 'names'), configSecretNames(config, 'none')]).toEqual([['A'], []])
  })

  test('fails with a code when it is read as another type', () => {
    const reads = [
      () => configText(config, 'list'),
      () => configTexts(config, 'text'),
      () => configFlag(config, 'text', true),
      () => configSecretNames(config, 'list'),
      () => configSecretNames(config, 'text'),
    ]
    for (const read of reads) expect(read).toThrow(expect.objectContaining({ code: 'CONFIG_FIELD_TYPE' }))
  })
})

describe('JSON values and entries [H1]', () => {
  test('are told apart', () => {
    expect([{}, [], null, 'a', 1, undefined].map((value) => [isJsonObject(value), isJsonArray(value)])).toEqual([
      [true, false],
      [false, true],
      [false, false],
      [false, false],
      [false, false],
      [false, false],
    ])
    expect(parseJson('{"a":[1]}')).toEqual({ a: [1] })
    expect(() => parseJson('{')).toThrow(SyntaxError)
  })

  test('an entry is the definition itself', () => {
    const definition = { activate: () => undefined }
    expect(definePlugin(definition)).toBe(definition)
  })
})
