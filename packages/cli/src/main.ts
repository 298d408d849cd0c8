#!/usr/bin/env node
// Every Node reads this file: it imports nothing newer before it has looked at the version.
const neededMajor = 22

if (Number.parseInt(process.versions.node, 10) < neededMajor) {
  process.stderr.write(
    `ion needs Node ${neededMajor} or later; this is ${process.version}. Install one from https://nodejs.org, or with your version manager.\n`,
  )
  process.exit(2)
} else {
  import('node:module')
    // Not in 22.0.
    .then((module) => module.enableCompileCache?.())
    .then(() => import('./run-cli.ts'))
    .then(({ runCli }) => runCli(process.argv.slice(2)))
    .then((exitCode) => process.exit(exitCode))
}
