import { afterAll, beforeAll, describe, test } from 'vitest'
import { browserMissing } from './console.ts'
import { type Screens, lookAtAll, openScreens } from './every-screen.ts'

// A file of its own: it takes as long as all the others, and runs beside them.
describe.skipIf(browserMissing)('every screen in the dark [U6]', () => {
  let screens: Screens

  beforeAll(async () => {
    screens = await openScreens()
  })
  afterAll(() => screens?.[Symbol.asyncDispose]())

  test.for([1360, 320])('has no axe finding and nothing sticking out at %d px', { timeout: 600_000 }, async (width) =>
    lookAtAll(screens, { theme: 'dark', width }),
  )
})
