import { createErrorFactory } from '@nexus/plugin-api'

/** What can be wrong with the configuration. */
export const stdioError = createErrorFactory({
  STDIO_SOURCE: { fault: 'caller', status: 422, title: 'Not exactly one thing to run' },
  STDIO_PACKAGE: { fault: 'caller', status: 422, title: 'Not an npm package with an exact version' },
  STDIO_COMMAND: { fault: 'caller', status: 422, title: 'Not a command' },
  STDIO_FOLDER: { fault: 'caller', status: 422, title: 'Not a folder' },
  STDIO_SHARING: { fault: 'caller', status: 422, title: 'Not a way to share processes' },
  STDIO_ENVIRONMENT: { fault: 'caller', status: 422, title: 'Not an environment variable' },
})
