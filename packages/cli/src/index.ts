export { type ExitCode, exitCodes, exitCodeTable } from './exit-codes.ts'
export { runCli } from './run-cli.ts'
