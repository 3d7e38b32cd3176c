// node bundle-main.ts <file> <node|neutral> [<file> <platform> …]
// Prints the bundles as a JSON array of texts, in that order.
import { rolldown } from 'rolldown'

async function bundle(input: string, platform: 'node' | 'neutral'): Promise<string> {
  const build = await rolldown({ input, platform, logLevel: 'silent', treeshake: true })
  try {
    const { output } = await build.generate({ format: 'esm', codeSplitting: false })
    return output[0].code
  } finally {
    await build.close()
  }
}

const bundles: string[] = []
for (const [index, input] of process.argv.slice(2).entries()) {
  if (index % 2 === 0) bundles.push(await bundle(input, process.argv[index + 3] === 'node' ? 'node' : 'neutral'))
}
process.stdout.write(JSON.stringify(bundles))
