// Loaded by `nexus test` into each process that runs a test file, before that file.
import { registerTesting } from '../../developer/testing/register-testing.ts'

const { env, argv, cwd } = process

registerTesting({
  folder: env['NEXUS_TEST_FOLDER'] ?? cwd(),
  file: argv[1] ?? 'plugin.test.ts',
  record: env['NEXUS_TEST_RECORD'] === '1',
  environment: env,
})
