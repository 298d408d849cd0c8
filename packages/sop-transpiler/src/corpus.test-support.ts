import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/** SOPs that other people wrote, beside the checkout; they are no part of the project. */
const corpus = new URL('../../../../shared/corpus/sop/', import.meta.url)

/** What an analyser found in a SOP. */
export interface ExpectedSop {
  file: string
  title: string | null
  parameters: { name?: string; qualifier?: string | null; default?: string | null; unparsed?: string }[]
  steps: { heading: string; number: string | null; substeps: string[] }[]
}

/** The SOPs of the corpus; none, and a line that says so, where it isn't there. */
export function corpusFiles(): ExpectedSop[] {
  const path = new URL('expected.json', corpus)
  if (!existsSync(path)) {
    console.log(`skipped the corpus of SOPs: ${fileURLToPath(path)} is not there`)
    return []
  }
  const { files }: { files: ExpectedSop[] } = JSON.parse(readFileSync(path, 'utf8'))
  return files
}

/** The text of a SOP of the corpus. */
export function corpusText(file: string): string {
  return readFileSync(new URL(file, corpus), 'utf8')
}
