import { createInterface } from 'node:readline'
import type { Cli } from './cli.ts'

/** Whether somebody is there to be asked: a person who reads what is said, and types. */
export function canAsk({ env, options }: Pick<Cli, 'env' | 'options'>): boolean {
  return process.stdin.isTTY === true && process.stderr.isTTY === true && !env.CI && options.json !== true
}

/** Asks a question on stderr. Everything but a yes, also the end of the input, is a no. */
export async function confirm(question: string): Promise<boolean> {
  // The terminal stays as it is: its own line editing, and Ctrl-C that ends the program.
  const input = createInterface({ input: process.stdin, output: process.stderr, terminal: false })
  try {
    return await new Promise<boolean>((resolve) => {
      input.once('close', () => resolve(false))
      input.question(`${question} [y/N] `, (answer) => resolve(/^y(es)?$/i.test(answer.trim())))
    })
  } finally {
    input.close()
  }
}
