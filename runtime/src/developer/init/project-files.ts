import type { ProjectAnswers } from './answers.ts'
import { codeText } from './code-text.ts'
import { manifestText } from './manifest-text.ts'
import { testText } from './test-text.ts'

/** All files of a new project, by path. */
export function projectFiles(answers: ProjectAnswers): ReadonlyMap<string, string> {
  return new Map([
    ['nexus.plugin.json', manifestText(answers)],
    ['src/index.ts', codeText(answers)],
    ['test/plugin.test.ts', testText(answers)],
    ['package.json', packageText(answers)],
    ['tsconfig.json', TSCONFIG],
    ['README.md', readmeText(answers)],
    ['CHANGELOG.md', CHANGELOG],
    ['.gitignore', GITIGNORE],
    ...(answers.license === 'MIT' ? ([['LICENSE', mitText(answers)]] as const) : []),
  ])
}

function packageText({ id, license }: ProjectAnswers): string {
  const content = {
    name: `@${id}`,
    version: '0.1.0',
    license,
    type: 'module',
    scripts: { dev: 'nexus dev', test: 'nexus test', pack: 'nexus pack', release: 'nexus publish' },
  }
  return `${JSON.stringify(content, undefined, 2)}\n`
}

const TSCONFIG = `{
  // Written by \`nexus types\`, \`nexus dev\` and \`nexus test\`: where the types of this Nexus are.
  "extends": "./.nexus/tsconfig.json"
}
`

const CHANGELOG = `# Changelog

## 0.1.0

- First version.
`

const GITIGNORE = `.nexus/
dist/
node_modules/
*.tgz
*.sigstore.json
`

function readmeText({ id, displayName, description }: ProjectAnswers): string {
  return `# ${displayName}

${description}

This file is the page of the plugin in the marketplace: say what it does, for whom, and what it needs.

## Work on it

\`\`\`sh
nexus dev          # runs it in its sandbox, again with every save
nexus test         # types, then the tests, in the same sandbox
nexus inspect      # what an admin will read before installing it
nexus publish      # checks, packs, signs and releases ${id}
\`\`\`
`
}

/** Source: https://spdx.org/licenses/MIT.html */
function mitText({ id }: ProjectAnswers): string {
  return `MIT License

Copyright (c) ${new Date().getFullYear()} ${id.split('/')[0]}

Permission is hereby granted, free of charge, to any person obtaining a copy of this software and associated documentation
files (the "Software"), to deal in the Software without restriction, including without limitation the rights to use, copy,
modify, merge, publish, distribute, sublicense, and/or sell copies of the Software, and to permit persons to whom the
Software is furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all copies or substantial portions of the
Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT LIMITED TO THE
WARRANTIES OF MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR
COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR
OTHERWISE, ARISING FROM, OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE.
`
}
