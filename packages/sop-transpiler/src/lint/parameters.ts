import { closestName } from '@ion/core'
import { visit } from 'unist-util-visit'
import type { SopModel, SopParameter } from '../model.ts'
import { placeholderPattern } from '../read/default-value.ts'
import { rangeOf } from '../read/sop-source.ts'
import { spanOf } from '../read/span-of.ts'
import type { Finding, LintContext, Rule } from './finding.ts'

/** Declarations of parameters, and where their names are used. */
export const parameterRules: Rule = (context) => {
  const { parameters } = context.sop
  return [
    ...order(parameters),
    ...parameters.flatMap((parameter) => declaration(parameter, context.sop)),
    ...cycles(parameters),
    ...undeclared(context),
  ]
}

function order(parameters: readonly SopParameter[]): Finding[] {
  const firstOptional = parameters.findIndex(({ required }) => !required)
  const late =
    firstOptional === -1 ? undefined : parameters.slice(firstOptional).find(({ required }) => required)
  if (late === undefined) return []
  const message = `The required parameter \`${late.name}\` stands behind an optional one.`
  return [
    { code: 'ION4131', range: late.nameRange, message, hint: 'Put the required ones first.', isFormat: true },
  ]
}

function declaration(parameter: SopParameter, sop: SopModel): Finding[] {
  const { name, nameRange: range, default: preset, values, isTagged, required } = parameter
  const found: Finding[] = []
  if (!/^[a-z][a-z0-9]*(?:_[a-z0-9]+)*$/.test(name)) {
    const message = `The name \`${name}\` is not made of small letters, digits and single underscores.`
    found.push({ code: 'ION4132', range, message, isFormat: true })
  }
  const isListed = preset?.kind !== 'literal' || values.some(({ value }) => value === String(preset.value))
  if (preset?.kind === 'literal' && values.length > 0 && !isListed) {
    const message = `The default of \`${name}\` is not among its values.`
    found.push({ code: 'ION4133', range: preset.range, message, hint: 'Add it to the list, or correct it.' })
  }
  if (preset !== null) found.push(...unknownInDefault(parameter, sop))
  if (!isTagged) {
    const message = `The parameter \`${name}\` says neither \`required\` nor \`optional\`, and is taken as ${required ? 'required' : 'optional'}.`
    const canInsert = required && parameter.type === null && parameter.note === null
    const fix = canInsert ? { range: { start: range.end, end: range.end }, text: ' (required)' } : null
    const hint = 'Write it in brackets behind the name.'
    found.push({ code: 'ION4137', range, message, hint, isFormat: true, ...(fix === null ? {} : { fix }) })
  }
  if (!isUsed(parameter, sop)) {
    const message = `No step and no section names the parameter \`${name}\`.`
    found.push({
      code: 'ION4136',
      range,
      message,
      hint: `Write \`{${name}}\` where its value is meant, or remove it.`,
    })
  }
  return found
}

function unknownInDefault({ name, default: preset }: SopParameter, { parameters }: SopModel): Finding[] {
  if (preset === null || preset.kind === 'prose') return []
  const names = parameters.map((one) => one.name)
  const text = typeof preset.value === 'string' ? preset.value : ''
  return placeholders(text)
    .filter((used) => !names.includes(used))
    .map((used) => ({
      code: 'ION4134',
      range: preset.range,
      message: `The default of \`${name}\` names \`{${used}}\`, which is no parameter.`,
      ...hintOf(closestName(used, names)),
    }))
}

function placeholders(text: string): string[] {
  return Array.from(text.matchAll(placeholderPattern), ([, used = '']) => used)
}

function hintOf(near: string | undefined): { hint?: string } {
  return near === undefined ? {} : { hint: `Did you mean \`${near}\`?` }
}

/** In the text of steps and sections, or in the declaration of another parameter. */
function isUsed({ name }: SopParameter, sop: SopModel): boolean {
  const others = sop.parameters.filter((one) => one.name !== name)
  const texts = [
    ...sop.steps.map(({ text }) => text),
    ...[sop.overview, sop.examples, ...sop.sections].map((section) => section?.body ?? ''),
    ...others.map((one) => `${one.default?.text ?? ''} ${one.description} ${one.note ?? ''}`),
    sop.acquisition?.text ?? '',
  ]
  if (sop.steps.length === 0) return true
  const inWords = name.replaceAll('_', ' ').toLowerCase()
  return texts.some((text) => includesWord(text, name) || includesWord(text.toLowerCase(), inWords))
}

function includesWord(text: string, word: string): boolean {
  for (let at = text.indexOf(word); at !== -1; at = text.indexOf(word, at + word.length)) {
    if (!/[\w]/.test(text.charAt(at - 1) + text.charAt(at + word.length))) return true
  }
  return false
}

/** Defaults that need each other. */
function cycles(parameters: readonly SopParameter[]): Finding[] {
  const needs = new Map(
    parameters.map(({ name, default: preset }) => [
      name,
      preset?.kind === 'template' ? preset.parameters : [],
    ]),
  )
  return parameters.flatMap(({ name, default: preset }): Finding[] => {
    const reached = new Set<string>()
    const queue = [...(needs.get(name) ?? [])]
    for (const next of queue) {
      if (reached.has(next)) continue
      reached.add(next)
      queue.push(...(needs.get(next) ?? []))
    }
    if (preset === null || !reached.has(name)) return []
    const message = `The default of \`${name}\` needs \`${name}\` itself${preset.kind === 'template' && preset.parameters.includes(name) ? '' : ', by way of others'}.`
    return [{ code: 'ION4135', range: preset.range, message }]
  })
}

/** Names in braces that look like those of parameters, in text and code spans, each once. Those in defaults are told there. */
function undeclared({ sop, source, root }: LintContext): Finding[] {
  const names = sop.parameters.map(({ name }) => name)
  const inDefaults = sop.parameters.flatMap(({ default: preset }) => placeholders(preset?.text ?? ''))
  const seen = new Set<string>([...names, ...inDefaults])
  const found: Finding[] = []
  visit(root, (node) => {
    if (node.type !== 'text' && node.type !== 'inlineCode') return
    const { start, end } = spanOf(node)
    for (const match of source.source.text.slice(start, end).matchAll(placeholderPattern)) {
      const name = match[1] ?? ''
      if (seen.has(name)) continue
      seen.add(name)
      const near = closestName(name, names)
      const looksLikeOne = /^[a-z][a-z0-9]*(?:_[a-z0-9]+)+$/.test(name) || near !== undefined
      if (!looksLikeOne) continue
      const at = start + match.index
      const range = rangeOf(source, { start: at, end: at + match[0].length })
      const message = `\`{${name}}\` is no declared parameter, and stays as it is.`
      found.push({ code: 'ION4138', range, message, ...hintOf(near) })
    }
  })
  return found
}
