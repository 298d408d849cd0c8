import { Report } from '../report.ts'
import { parseDocument } from './parse-document.ts'
import { nameOfFile } from './read-workflow.ts'
import { sourceText } from './source-text.ts'
import { entryOf } from './source-tree.ts'

/** The name that a workflow's text gives itself, even if the text is wrong otherwise; else that of its file. */
export function nameInText(text: string, path: string): string {
  const source = sourceText(text)
  const root = parseDocument(source, new Report(source, path))
  const value = root && entryOf(root, 'name')?.value
  const name = value?.kind === 'scalar' && typeof value.value === 'string' ? value.value.trim() : ''
  return name === '' ? nameOfFile(path) : name
}
