import type { TranspileOptions } from '@ion/sop-transpiler'
import { type Command, Option } from 'commander'
import { collect } from './input-option.ts'

/** What can be chosen of how a SOP becomes a workflow. */
export type SopChoices = Pick<TranspileOptions, 'granularity' | 'gates' | 'artifacts' | 'verify'>

/** The options that say where SOPs are found, and how they become workflows. */
export interface SopFlags extends SopChoices {
  sopPath?: string[]
}

/** Adds the option that says where else SOPs are found. */
export function withSopPath(command: Command): Command {
  const about = 'folder in which SOPs are looked for before all others (repeat for more)'
  return command.option('--sop-path <folder>', about, collect)
}

/** Adds the options that say how a SOP becomes a workflow. */
export function withTranspileOptions(command: Command): Command {
  return command
    .addOption(
      new Option('--granularity <part>', 'what of a SOP is a node (default: step)').choices([
        'step',
        'substep',
      ]),
    )
    .addOption(
      new Option('--gates <how>', 'wait for a person where a SOP asks for approval (default: off)').choices([
        'auto',
        'off',
      ]),
    )
    .addOption(
      new Option('--artifacts <how>', 'look for the files that a SOP has made (default: off)').choices([
        'auto',
        'off',
      ]),
    )
    .option('--verify', 'ask the agent behind each step of a SOP if everything is as it must be')
}

/** What of the options is about how a SOP becomes a workflow. */
export function transpileOptions({ granularity, gates, artifacts, verify }: SopFlags): SopChoices {
  return {
    ...(granularity === undefined ? {} : { granularity }),
    ...(gates === undefined ? {} : { gates }),
    ...(artifacts === undefined ? {} : { artifacts }),
    ...(verify === undefined ? {} : { verify }),
  }
}
