import { renderReadme } from '@nexus/registry/bundle'
import { describe, expect, it } from 'vitest'

const attacks = [
  '<script>alert(1)</script>',
  '<img src=x onerror=alert(1)>',
  '![x](https://tracker.test/pixel.png)',
  '![x](javascript:alert(1))',
  '[x](javascript:alert(1))',
  '[x](JaVaScRiPt:alert(1))',
  '[x](data:text/html,<script>alert(1)</script>)',
  '[x](vbscript:x)',
  '[x](//evil.test)',
  '<a href="javascript:alert(1)">x</a>',
  '<iframe src="https://evil.test"></iframe>',
  '<form action="https://evil.test"><input name=a></form>',
  '<style>*{display:none}</style>',
  '<svg onload=alert(1)>',
  '<base href="https://evil.test">',
  '<meta http-equiv=refresh content=0>',
  '<x-evil></x-evil>',
  '[x](https://ok.test "a\\" onmouseover=alert(1)")',
  '<details open ontoggle=alert(1)>',
  '```html\n<script>alert(1)</script>\n```',
]

/** Tags and attributes that came out, so that escaped text does not count. */
const tagsOf = (html: string) =>
  [...html.matchAll(/<([a-z][\w-]*)((?:\s+[\w-]+="[^"]*")*)\s*\/?>/gi)].map(
    ([, name, attributes]) => `${name}${attributes}`,
  )

describe('README rendering [R4][U1]', () => {
  it.each(attacks)('makes %j harmless', async (markdown) => {
    const html = await renderReadme(markdown)
    for (const tag of tagsOf(html)) {
      expect(tag).toMatch(/^(?:p|pre|code(?: class="[^"]*")?|a|a (?:href|title|rel)="[^"]*".*)$/)
      expect(tag).not.toMatch(/href="(?!https?:|mailto:)/i)
      expect(tag.replaceAll(/"[^"]*"/g, '')).not.toMatch(/\son\w+=/i)
    }
  })

  it('keeps headings, tables, lists, code and links to the web', async () => {
    const html = await renderReadme('# A\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n1. one\n\n`code` [x](https://ok.test)\n')
    expect(html).toContain('<h1>A</h1>')
    expect(html).toContain('<td>1</td>')
    expect(html).toContain('<li>one</li>')
    expect(html).toContain('<a href="https://ok.test" rel="nofollow noopener noreferrer ugc">x</a>')
  })

  it('renders nested quotes and emphasis of 50,000 characters without holding the event loop', async () => {
    let ticks = 0
    const timer = setInterval(() => (ticks += 1), 1)
    await renderReadme('*a_ '.repeat(12_500))
    clearInterval(timer)
    expect(ticks).toBeGreaterThan(5)
  })
})
