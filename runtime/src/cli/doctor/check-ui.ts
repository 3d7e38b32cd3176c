import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { type Check, ok, warning } from './check.ts'

export const checkUi: Check = {
  name: 'Console',
  async run({ uiFolder }) {
    if (existsSync(join(uiFolder, 'index.html'))) return ok('built')
    return warning(
      'not built: the API and the MCP endpoints work, the pages do not',
      '`npm start` builds it before it starts.',
    )
  },
}
