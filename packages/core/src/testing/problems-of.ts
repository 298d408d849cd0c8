import { parseWorkflow } from '../parse-workflow.ts'

/** What is wrong with a workflow, for tests: `ION1203 7:18`, with `warning` before it if that is all it is. */
export function problemsOf(text: string): string[] {
  return parseWorkflow(text, { path: 'test.yaml' }).diagnostics.map(
    ({ code, severity, range: { start } }) => {
      const place = `${code} ${start.line}:${start.column}`
      return severity === 'warning' ? `warning ${place}` : place
    },
  )
}

/** The same with messages and hints, for tests of the words. */
export function wordsOf(text: string): { message: string; hint: string | undefined }[] {
  return parseWorkflow(text, { path: 'test.yaml' }).diagnostics.map(({ message, hint }) => ({
    message,
    hint,
  }))
}
