import type { TranspileOptions } from '@ion/sop-transpiler'
import { type Command, Option } from 'commander'
import { collect } from './input-option.ts'

/** The options that say where SOPs are found, and how they become workflows. */
export interface SopFlags extends TranspileOptions {
  sopPath?: string[]
}

/** Adds the option that says where else SOPs are found. */
export function withSopPath(command: Command): Command {
  const about = 'folder in which SOPs are looked for before all others (repeat for more)'
  return command.option('--sop-path <folder>', about, collect)
}

/** Adds the options that say how a SOP becomes a workflow. */
export function withTranspileOptions(command: Command): Command {
  return command.addOption(
    new Option('--granularity <part>', 'what of a SOP is a node (default: step)').choices([
      'step',
      'substep',
    ]),
  )
}

/** What of the options is about how a SOP becomes a workflow. */
export function transpileOptions({ granularity }: SopFlags): TranspileOptions {
  return {
    ...(granularity === undefined ? {} : { granularity }),
  }
}
