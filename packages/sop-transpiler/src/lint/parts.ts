import { basename } from 'node:path'
import { type Finding, type Rule, topOfFile } from './finding.ts'

/** Descriptions of skills and commands are cut at this length, in characters. */
const longestOverview = 1024

/** The file's name, and the sections that the format asks for. */
export const partRules: Rule = ({ sop }) => {
  const found: Finding[] = []
  const top = sop.title?.range ?? topOfFile
  if (sop.title === null) {
    found.push({
      code: 'ION4101',
      range: topOfFile,
      message: 'There is no title.',
      hint: 'Begin with `# Name`.',
      isFormat: true,
    })
  }
  if (sop.overview === null) {
    const hint = 'Say below `## Overview` what it does and when to use it.'
    found.push({ code: 'ION4102', range: top, message: 'There is no overview.', hint, isFormat: true })
  } else if (sop.overview.body.length > longestOverview) {
    const message = `The overview has ${sop.overview.body.length} characters; as a description no more than ${longestOverview} are shown.`
    const { start } = sop.overview.range
    found.push({
      code: 'ION4103',
      range: { start, end: start },
      message,
      hint: 'Move details to a section of their own.',
    })
  }
  if (sop.parameters.length > 0 && sop.acquisition === null) {
    const range = sop.parameters.at(-1)?.range ?? top
    const message = 'Nothing says how the parameters are to be got.'
    const hint = 'Write `**Constraints for parameter acquisition:**` and a list behind them.'
    found.push({ code: 'ION4104', range, message, hint, isFormat: true })
  }
  return [...found, ...fileName(sop.path)]
}

function fileName(path: string | null): Finding[] {
  if (path === null) return []
  const name = basename(path)
  const stem = /^(.*)\.sop\.md$/.exec(name)?.[1]
  if (stem === undefined) {
    const message = `The name \`${name}\` does not end in \`.sop.md\`, so the file is not found as a SOP.`
    return [{ code: 'ION4105', range: topOfFile, message, isFormat: true }]
  }
  if (/^[a-z0-9]+(?:-[a-z0-9]+)*$/.test(stem)) return []
  const message = `The name \`${stem}\` is not made of small letters, digits and single hyphens.`
  return [{ code: 'ION4106', range: topOfFile, message, isFormat: true }]
}
