import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { parseWorkflow } from './parse-workflow.ts'

it('the workflow in the readme is valid', () => {
  const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8')
  const workflow = /```yaml\n(.*?)```/s.exec(readme)?.[1] ?? ''
  expect(workflow).toContain('nodes:')
  expect(parseWorkflow(workflow).diagnostics).toEqual([])
})
