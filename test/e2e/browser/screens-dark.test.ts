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

  // What sticks out of a narrow screen does so in any theme: the light one is looked at there.
  test('has no axe finding and nothing sticking out at 1360 px', { timeout: 600_000 }, () =>
    lookAtAll(screens, { theme: 'dark', width: 1360 }),
  )
})
