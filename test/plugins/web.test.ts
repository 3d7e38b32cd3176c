import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { convertPage, linksOf } from '../../plugins/web/src/convert-page.ts'
import { decodeEntities } from '../../plugins/web/src/entities.ts'
import { cutExcerpt, headLines } from '../../plugins/web/src/excerpt.ts'
import { resolveUrl } from '../../plugins/web/src/resolve-url.ts'

const md = (html: string) => convertPage(html, 'https://example.com/docs/page?x=1', 'markdown').text
const text = (html: string) => convertPage(html, 'https://example.com/docs/page', 'text').text

describe('pages as Markdown [H2]', () => {
  test.each([
    ['<h1>A <em>b</em></h1><h3> C </h3>', '# A *b*\n\n### C'],
    ['<p>one<p>two', 'one\n\ntwo'],
    ['a<br>b <br/> c', 'a\nb\nc'],
    ['<p>  much \n\t space </p>', 'much space'],
    ['<b>bold </b>and<i> it</i>', '**bold** and *it*'],
    ['<b><strong>x</strong></b><i></i>', '**x**'],
    ['<code>a`b</code> <code>c</code>', '``a`b`` `c`'],
    ['<a href="/x">y</a>', '[y](https://example.com/x)'],
    ['<a href="z?a=1&amp;b=(2)">y</a>', '[y](https://example.com/docs/z?a=1&b=%282%29)'],
    ['<a href="#top">y</a> <a>z</a> <a href="javascript:alert(1)">w</a>', 'y z w'],
    ['<a href="/c"><div><h3>Card</h3><p>text</p></div></a>', '[Card text](https://example.com/c)'],
    [
      '<img src="i.png" alt="A cat"><img src="x.png"><img alt="inline" src="data:image/png;base64,AA">',
      '![A cat](https://example.com/docs/i.png)inline',
    ],
    ['<ul><li>a<li>b<ul><li>c</ul></ul>', '- a\n- b\n  - c'],
    ['<ol start="3"><li>a</li><li>b</li></ol>', '3. a\n4. b'],
    ['<ul><li><p>a</p><p>b</p></li><li>c</li></ul>', '- a\n\n  b\n\n- c'],
    ['<ul>loose<li>x</ul>', '- loose\n- x'],
    ['<blockquote>a<p>b</blockquote>', '> a\n>\n> b'],
    ['<pre><code class="language-ts">if (a &lt; b) {\n  c()\n}\n</code></pre>', '```ts\nif (a < b) {\n  c()\n}\n```'],
    ['<pre>```</pre>', '````\n```\n````'],
    ['<hr>', '---'],
    ['<dl><dt>T<dd>D</dl>', '**T**\n\nD'],
    ['<table><tr><th>A<th>B<tr><td>1|2<td>x<br>y</table>', '| A | B |\n| --- | --- |\n| 1\\|2 | x y |'],
    ['<table><tr><th colspan=2>A<tr><td>1<td>2</table>', '| A |  |\n| --- | --- |\n| 1 | 2 |'],
    ['<table><tr><td><h2>Layout</h2><td><p>text</table>', '## Layout\n\ntext'],
    [
      '<p># not a heading</p><p>1. not a list</p><p>*a* [b] _c_ d_e</p>',
      '\\# not a heading\n\n1\\. not a list\n\n\\*a\\* \\[b\\] \\_c\\_ d_e',
    ],
    ['&lt;b&gt; &amp;amp; &nbsp;&#8212;&#x1F600;&#150;&unknown;&copy', '\\<b> &amp;  —😀–&unknown;&copy'],
    [
      '<script>"</div>"</script><style>p{}</style><nav>n</nav><noscript><p>x</noscript><p hidden>h</p><div aria-hidden="true">i</div><div role="navigation">r</div><svg><path/><text>s</text></svg>ok',
      'ok',
    ],
    ['<!-- c --><!doctype html><?xml?>ok<!-- open', 'ok'],
    ['a < b <3 <', 'a < b <3 <'],
    ['<p>a</b></i>b<b>c</p>d', 'ab**c**\n\nd'],
    ['<p title="a>b">x</p>', 'x'],
    ['a\u200bb\u202ec\u{E0041}d👩\u200d👩', 'abcd👩\u200d👩'],
  ])('writes %j', (html, expected) => {
    expect(md(html)).toBe(expected)
  })

  test('takes the main part of a page where it is marked and long enough', () => {
    const long = 'word '.repeat(60).trim()
    expect(md(`<header>h</header><main><p>${long}</p></main><p>after</p>`)).toBe(long)
    expect(md(`<p>before</p><article><p>${long}</p></article>`)).toBe(long)
    expect(md(`<article>${long}</article><article>two</article>`)).toContain('two')
    expect(md('<p>before</p><main>short</main>')).toBe('before\n\nshort')
  })

  test('follows the base of the page and takes its title', () => {
    const page = convertPage(
      '<title> A &amp; B </title><base href="/other/"><a href="x">y</a>',
      'https://example.com/docs/',
      'markdown',
    )
    expect(page).toEqual({ title: 'A & B', text: '[y](https://example.com/other/x)' })
  })

  test('writes plain text without marks', () => {
    expect(
      text('<h1>T</h1><p><b>a</b> <a href=x>b</a> 2*3</p><ul><li>c</ul><table><tr><td>1<td>2</table><pre>x\n  y</pre>'),
    ).toBe('T\n\na b 2*3\n\n- c\n\n1 | 2\n\nx\n  y')
  })

  test('never fails and never lets a hidden character through, whatever the page is', () => {
    const piece = fc.constantFrom(
      '<',
      '>',
      '</',
      '<p>',
      '<li>',
      '<table>',
      '<td>',
      '</table>',
      '<a href="',
      '"',
      "'",
      '<!--',
      '-->',
      '<script>',
      '</script>',
      '&#',
      ';',
      '=',
      '/',
      'x',
      ' ',
      '\n',
      '\u200b',
      '<b>',
      '</b>',
      '<pre>',
      '<svg>',
      '<title>',
    )
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 60 }), fc.constantFrom('markdown', 'text'), (pieces, format) => {
        const page = convertPage(pieces.join(''), 'https://example.com/', format)
        expect(page.text + page.title).not.toMatch(/\u200b/)
        linksOf(pieces.join(''), 'https://example.com/')
      }),
      { numRuns: 500 },
    )
  })

  // Anything worse than proportional takes minutes for half a megabyte; the limit of the test is far above the need.
  const pieces = [
    '<',
    '<div>',
    '<b>x',
    '<a href=x>',
    '<!--',
    '<a b="',
    "<a b='",
    '<a ',
    '<ul><li>x',
    '<table><tr><td>x',
    '</p>',
    '`',
    '<title>',
    '<dl><dd><p>',
    '<blockquote>x\n',
    '&amp',
    '_',
    '<p>x <span>y',
    '<svg>',
    '<span><div>',
  ]
  test.each(pieces)('reads half a megabyte of %j in time', { timeout: 20_000 }, (piece) => {
    const html = piece.repeat(Math.floor(500_000 / piece.length))
    expect(md(html).length).toBeLessThan(5_000_000)
    expect(Array.isArray(linksOf(html, 'https://example.com/'))).toBe(true)
  })
})

describe('links of a page [H2]', () => {
  test('lists every address once, absolute, navigation included', () => {
    const html =
      '<nav><a href="/a">A</a></nav><a href="b#c"> B\n b </a><a href="/a">again</a><a href="mailto:x@y.z">m</a><a href="#x">top</a><a href="javascript:1">j</a><a href="//cdn.example.org/x"><img alt="i"></a><map><area href="/area" alt="Area"></map>'
    expect(linksOf(html, 'https://example.com/docs/')).toEqual([
      { text: 'A', url: 'https://example.com/a' },
      { text: 'B b', url: 'https://example.com/docs/b#c' },
      { text: '', url: 'https://cdn.example.org/x' },
      { text: 'Area', url: 'https://example.com/area' },
    ])
  })

  test('resolves references as the URL standard does', () => {
    const base = 'http://a.example/b/c/d;p?q'
    // Source: RFC 3986, section 5.4.
    for (const reference of [
      'g',
      './g',
      'g/',
      '/g',
      '//g',
      '?y',
      'g?y',
      '#s',
      'g#s',
      'g?y#s',
      ';x',
      'g;x',
      '',
      '.',
      './',
      '..',
      '../',
      '../g',
      '../..',
      '../../',
      '../../g',
      '../../../g',
      '/./g',
      '/../g',
      'g.',
      '..g',
      './../g',
      './g/.',
      'g/./h',
      'g/../h',
      'http://x.example/a/../b',
    ]) {
      expect([reference, resolveUrl(base, reference)]).toEqual([reference, new URL(reference, base).href])
    }
    const segment = fc.constantFrom('a', '..', '.', 'b c', '%20', '')
    fc.assert(
      fc.property(fc.array(segment, { minLength: 1 }), fc.boolean(), (segments, isRooted) => {
        const reference = (isRooted ? '/' : '') + segments.join('/')
        if (reference.startsWith('//')) return
        expect(resolveUrl(base, reference)).toBe(new URL(reference, base).href)
      }),
    )
  })

  test('follows no other scheme', () => {
    for (const href of [
      'javascript:1',
      'data:text/html,x',
      'file:///etc/passwd',
      'ftp://x',
      ' JaVaScRiPt:1',
      'java\nscript:1',
    ])
      expect(resolveUrl('https://example.com/', href)).toBeUndefined()
  })
})

describe('parts of a page [H2]', () => {
  test('cuts between characters and says how to read on', () => {
    const excerpt = cutExcerpt('ab😀cd', 0, 3)
    expect(excerpt).toEqual({ text: 'ab', start: 0, end: 2, total: 6 })
    expect(headLines('T', 'https://x', excerpt)).toBe(
      'Title: T\nURL: https://x\nCharacters 0 to 2 of 6. Call again with startAt 2 for more.',
    )
    expect(cutExcerpt('abc', 10, 5)).toEqual({ text: '', start: 3, end: 3, total: 3 })
  })

  test('gives the whole text when its parts are put together', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 300 }), fc.integer({ min: 2, max: 50 }), (whole, max) => {
        let read = ''
        for (let at = 0; at < whole.length;) {
          const part = cutExcerpt(whole, at, max)
          expect(part.end).toBeGreaterThan(at)
          read += part.text
          at = part.end
        }
        expect(read).toBe(whole)
      }),
    )
  })

  test('leaves what is no character reference', () => {
    expect(decodeEntities('a & b &; &#; &#x; ?a=1&lt=2&amp;c &#0; &#xD800; &#99999999;')).toBe(
      'a & b &; &#; &#x; ?a=1&lt=2&c \ufffd \ufffd \ufffd',
    )
  })
})
