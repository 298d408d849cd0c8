import { join } from 'node:path'
import type { DescribedSop } from './described-sop.ts'
import { type MadeFile, madeFrom } from './made-files.ts'

/** The programs that SOPs can be commands of. */
export const commandTypes = ['cursor', 'claude', 'gemini'] as const

/** A program that SOPs can be commands of. */
export type CommandType = (typeof commandTypes)[number]

/** A file that makes a SOP a command, and whether it only names the SOP's file. */
export interface CommandFile extends MadeFile {
  /** What in the SOP's text the program would put something in the place of; `null` when the text is in the file. */
  namesFor: string | null
}

interface CommandFormat {
  folder: string
  ending: string
  /** What the program replaces, or carries out, wherever it stands in the file. */
  expands: RegExp | null
  write(command: { described: DescribedSop; task: string; made: string }): string
}

const formats: { readonly [Type in CommandType]: CommandFormat } = {
  cursor: {
    folder: '.cursor/commands',
    ending: 'md',
    expands: null,
    write: ({ task, made }) =>
      [
        `<!-- ${made} -->`,
        '',
        task,
        '',
        'Values for the parameters are what the user writes behind the command.',
        '',
      ].join('\n'),
  },
  claude: {
    folder: '.claude/commands',
    ending: 'md',
    expands: /\$(?:ARGUMENTS|\d)|!`/,
    write: ({ described, task, made }) =>
      [
        '---',
        `description: ${JSON.stringify(described.description)}`,
        `argument-hint: ${JSON.stringify(argumentHint(described))}`,
        '---',
        '',
        `<!-- ${made} -->`,
        '',
        task,
        '',
        'Values for the parameters are in what the user wrote behind the command:',
        '',
        '$ARGUMENTS',
        '',
      ].join('\n'),
  },
  gemini: {
    folder: '.gemini/commands',
    ending: 'toml',
    expands: /\{\{args\}\}|[!@]\{/,
    write: ({ described, task, made }) =>
      [
        `# ${made}`,
        `description = ${tomlText(described.description)}`,
        `prompt = ${tomlText(`${task}\n\nValues for the parameters are in what the user wrote behind the command:\n`)}`,
        '',
      ].join('\n'),
  },
}

/** The folder in which a program looks for commands of a project. */
export function commandFolder(type: CommandType): string {
  return formats[type].folder
}

/**
 * A SOP as a command of another program. The SOP's text is in it as it is; where the program would put something in the place
 * of a part of the text, the command tells the agent to read the SOP's file instead.
 */
export function commandFile(
  described: DescribedSop,
  { type, folder }: { type: CommandType; folder: string },
): CommandFile {
  const { ending, expands, write } = formats[type]
  const { name, text, file } = described
  const namesFor = expands?.exec(text)?.[0] ?? null
  const task =
    namesFor === null
      ? ['Carry out this procedure:', '', ...wrapped(text)]
      : [`Read the file ${JSON.stringify(file)}, and carry out the procedure that it describes.`]
  task.push('', 'Ask for all required parameters that are missing at once, and do not begin without them.')
  const made = madeFrom(file)
  return {
    path: join(folder, `${name}.${ending}`),
    from: file,
    text: write({ described, task: task.join('\n'), made }),
    namesFor,
  }
}

/** In tags that the text does not have, so that nothing in it ends them. */
function wrapped(text: string): string[] {
  let tag = 'sop'
  for (let count = 2; new RegExp(`</?\\s*${tag}\\b`, 'i').test(text); count++) tag = `sop${count}`
  return [`<${tag}>`, text, `</${tag}>`]
}

function argumentHint({ sop }: DescribedSop): string {
  return sop.parameters.map(({ name, required }) => (required ? `<${name}>` : `[${name}]`)).join(' ')
}

/** A text of TOML: in one line, or as it is between three quotes. */
function tomlText(text: string): string {
  const escaped = text
    .toWellFormed()
    .replaceAll('\\', '\\\\')
    .replace(/[\x00-\x08\x0b-\x1f\x7f]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`)
  return escaped.includes('\n')
    ? `"""\n${escaped.replaceAll('"""', '""\\"').replace(/"$/, '\\"')}"""`
    : `"${escaped.replaceAll('"', '\\"')}"`
}
