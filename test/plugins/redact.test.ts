import { parseJson } from '@nexus/plugin-api'
import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { compilePattern, readPatterns } from '../../plugins/redact/src/custom-pattern.ts'
import { createResultMasker } from '../../plugins/redact/src/mask-result.ts'

const mask = createResultMasker({ phones: true })

function masked(text: string, config = {}): string {
  const decision = createResultMasker({ phones: true, ...config })(text)
  return decision.effect === 'redact' && typeof decision.result === 'string' ? decision.result : text
}

const token = (prefix: string, length: number) => prefix + 'a1B2c3D4e5F6g7H8i9J0'.repeat(20).slice(0, length)

describe('redact finds what to mask [H2] [I8]', () => {
  test.each([
    ['Write to ada.lovelace+x@mail.example.co.uk.', 'Write to [e-mail address removed].'],
    ['<müller@exämple.de>', '<[e-mail address removed]>'],
    ['Card 4111 1111 1111 1111 12/26', 'Card [card number removed] 12/26'],
    ['12 4111-1111-1111-1111', '12 [card number removed]'],
    [
      '1 9 1 9 1 9 1 9 1 9 1 9 1 9 1 9 1 9 1 9 4111 1111 1111 1111',
      '1 9 1 9 1 9 1 9 1 9 1 9 1 9 1 9 1 9 1 9 [card number removed]',
    ],
    ['卡号4111111111111111。', '卡号[card number removed]。'],
    ['amex 378282246310005!', 'amex [card number removed]!'],
    ['IBAN DE89 3704 0044 0532 0130 00 PAID', 'IBAN [bank account removed] PAID'],
    ['gb82west12345698765432', '[bank account removed]'],
    ['key AKIAIOSFODNN7EXAMPLE.', 'key [AWS key removed].'],
    [`x ${token('ghp_', 36)}`, 'x [GitHub token removed]'],
    [token('github_pat_', 40), '[GitHub token removed]'],
    [token('glpat-', 24), '[GitLab token removed]'],
    [token('xoxb-', 30), '[Slack token removed]'],
    [token('sk_live_', 24), '[Stripe key removed]'],
    [token('AIza', 35), '[Google key removed]'],
    [token('sk-', 40), '[API key removed]'],
    [token('npm_', 36), '[npm token removed]'],
    [token('nxs_', 32), '[Nexus token removed]'],
    [`t=${token('eyJ', 20)}.${token('eyJ', 40)}.${token('', 43)};`, 't=[token removed];'],
    [`Authorization: Bearer ${token('', 40)}`, 'Authorization: Bearer [token removed]'],
    ['postgres://app:s3cret@db.internal/x', 'postgres://app:[password removed]@db.internal/x'],
    ['API_KEY=9f8e7d6c5b4a3f2e', 'API_KEY=[secret removed]'],
    ['"client_secret": "9f8e7d6c5b4a3f2e"', '"client_secret": "[secret removed]"'],
    ['password: hunter2!', 'password: [secret removed]'],
    ['call +49 (30) 1234-5678 now', 'call [phone number removed] now'],
    ['-----BEGIN RSA PRIVATE KEY-----\nMIIE\n-----END RSA PRIVATE KEY----- after', '[private key removed] after'],
    ['-----BEGIN PRIVATE KEY-----\nMIIE cut off', '[private key removed]'],
  ])('masks %j', (text, expected) => {
    expect(masked(text)).toBe(expected)
  })

  test.each([
    'Meet @ada at 10 @ the corner, see foo@localhost',
    'order 4111 1111 1111 1112 and time 1732184400000',
    'IBAN DE88 3704 0044 0532 0130 00',
    'AKIA is how they start, eyJ too, sk-short',
    'Password: required. The token: optional. secret = forgotten',
    'https://example.com/path:80/a@b',
    'version 1.2.3.4, call 0301234567, id 123e4567-e89b-12d3-a456-426614174000',
    'password: ${DB_PASSWORD}',
  ])('leaves %j alone', (text) => {
    expect(mask(text)).toEqual({ effect: 'allow' })
  })

  test('masks only the kinds that are switched on', () => {
    const text = 'a@example.com 4111111111111111 +4930123456789'
    expect(masked(text, { emails: false, phones: false })).toBe('a@example.com [card number removed] +4930123456789')
    expect(() => createResultMasker({ emails: false, cards: false, ibans: false, secrets: false })).toThrow(
      expect.objectContaining({ code: 'REDACT_NOTHING' }),
    )
  })

  test('masks texts of custom patterns', () => {
    expect(masked('badge EMP-004711 of emp-1', { patterns: ['EMP-#{6}', ''] })).toBe('badge [text removed] of emp-1')
    expect(masked('C# 12?', { patterns: ['C\\# ##\\?'] })).toBe('[text removed]')
    expect(masked('a.c abc', { patterns: ['a.c'] })).toBe('[text removed] abc')
  })

  test.each(['ab', '#{64}#', '?{0}a', '#{99}'])('refuses the pattern %j', (pattern) => {
    expect(() => compilePattern(pattern)).toThrow(expect.objectContaining({ code: 'REDACT_PATTERN' }))
  })

  test('refuses more patterns than it can afford', () => {
    expect(() => readPatterns(Array.from({ length: 33 }, () => 'abc'))).toThrow(
      expect.objectContaining({ code: 'REDACT_PATTERN' }),
    )
  })
})

describe('redact keeps the form of a result [H2] [I8]', () => {
  test('walks content, structured content and names of members, and says what it did', () => {
    const decision = mask({
      content: [
        { type: 'text', text: 'mail a@example.com' },
        { type: 'image', mimeType: 'image/png', data: 'AKIAIOSFODNN7EXAMPLE' },
        { type: 'resource', resource: { uri: 'file:///x', blob: 'AKIAIOSFODNN7EXAMPLE' } },
        { type: 'resource', resource: { uri: 'file:///y', text: 'AKIAIOSFODNN7EXAMPLE' } },
      ],
      structuredContent: {
        'b@example.com': 1,
        'c@example.com': 2,
        password: 'hunter2',
        card: 4_111_111_111_111_111,
        n: 5,
        ok: true,
        none: null,
      },
    })
    expect(decision).toEqual({
      effect: 'redact',
      result: {
        content: [
          { type: 'text', text: 'mail [e-mail address removed]' },
          { type: 'image', mimeType: 'image/png', data: 'AKIAIOSFODNN7EXAMPLE' },
          { type: 'resource', resource: { uri: 'file:///x', blob: 'AKIAIOSFODNN7EXAMPLE' } },
          { type: 'resource', resource: { uri: 'file:///y', text: '[AWS key removed]' } },
        ],
        structuredContent: {
          '[e-mail address removed]': 1,
          '[e-mail address removed] 2': 2,
          password: '[secret removed]',
          card: '[card number removed]',
          n: 5,
          ok: true,
          none: null,
        },
      },
      reason: 'Masked e-mail address (3), AWS key (1), secret (1), card number (1).',
    })
  })

  test('does not take a text for an image because it says so without a type', () => {
    expect(mask({ data: 'a@example.com', blob: 'b@example.com' }).effect).toBe('redact')
  })

  test('keeps a text that is JSON readable as JSON', () => {
    const text = masked('{"card": 4111111111111111, "list": [378282246310005, 1]}')
    expect(JSON.parse(text)).toEqual({ card: '[card number removed]', list: ['[card number removed]', 1] })
  })

  test('allows a result without findings and gives back every other JSON value as it was', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const decision = mask(parseJson(JSON.stringify(value)))
        if (decision.effect === 'allow') return
        expect(decision.effect).toBe('redact')
      }),
    )
  })

  test('is done after one pass: what it wrote is not masked again', () => {
    const text = fc.array(
      fc.constantFrom(
        'a@example.com',
        '4111 1111 1111 1111',
        'password="x1y2z3"',
        'api_key: 9f8e7d6c5b4a3f2e',
        'AKIAIOSFODNN7EXAMPLE',
        ' ',
        '\n',
        'x',
      ),
    )
    fc.assert(
      fc.property(text, (parts) => {
        const once = masked(parts.join(' '))
        expect(masked(once)).toBe(once)
        expect(once).not.toMatch(/example\.com|4111|AKIA|9f8e/)
      }),
    )
  })

  test('refuses what is nested too deeply to be looked through, so that the host denies it', () => {
    const deep = parseJson('['.repeat(300) + ']'.repeat(300))
    expect(() => mask(deep)).toThrow(expect.objectContaining({ code: 'REDACT_TOO_DEEP' }))
  })
})

describe('redact is not slowed down by hostile texts [H2] [H3]', () => {
  // Anything worse than proportional takes minutes for a megabyte; the limit of the test is far above what it needs.
  const pieces = [
    'a',
    '@',
    'a@',
    'a@a.',
    '1',
    '1 ',
    '4111 ',
    'DE89 ',
    'AKIA',
    'eyJ',
    'eyJaaaaaaaaa.',
    '://a:',
    'password',
    'token="',
    'api_key_',
    '+1',
    'Bearer ',
    '-----BEGIN PRIVATE KEY-----',
    '-----BEGIN ',
    ' ',
    '\\"',
  ]
  test.each(pieces)('looks through a megabyte of %j in time', { timeout: 20_000 }, (piece) => {
    const text = piece.repeat(Math.floor(1_000_000 / piece.length))
    expect(['allow', 'redact']).toContain(
      createResultMasker({ phones: true, patterns: ['?{63}!', 'aaa'] })(text).effect,
    )
  })
})
