import { join } from 'node:path'
import type { DescribedSop } from './described-sop.ts'
import { type MadeFile, madeFrom } from './made-files.ts'

/** A SOP as a skill: a folder of its name with `SKILL.md`. Its frontmatter is YAML whatever is in the texts. */
export function skillFile({ name, description, text, file }: DescribedSop, folder: string): MadeFile {
  const frontmatter = ['---', `name: ${name}`, `description: ${JSON.stringify(description)}`, '---']
  return {
    path: join(folder, name, 'SKILL.md'),
    from: file,
    text: [...frontmatter, '', `<!-- ${madeFrom(file)} -->`, '', text, ''].join('\n'),
  }
}
