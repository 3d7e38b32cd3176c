import { type Check, ok, warning } from './check.ts'

/** Developer mode is for authors on their own machine. */
export const checkDeveloperMode: Check = {
  name: 'Developer mode',
  async run({ config }) {
    return config.developerMode
      ? warning(
          'On: debuggers may attach to plugins, which then run without their isolate and without limits of time.',
          'Leave NEXUS_DEVELOPER_MODE away, and start without --developer, wherever others rely on this host.',
        )
      : ok('Off.')
  },
}
