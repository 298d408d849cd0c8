import { closestName, type JsonObject, type Position, readYaml } from '@ion/core'
import type { Root } from 'mdast'
import type { SopSettings, SopStep } from '../model.ts'
import { type IonComment, ionComments } from './ion-comments.ts'
import { offsetOf } from './offset-of.ts'
import { ParallelSteps } from './parallel-steps.ts'
import { faultOf, isAgentKey, settingKeys, settingValue } from './setting-values.ts'
import type { SopSource } from './sop-source.ts'

/** Settings of a step that has none. */
export const noSettings: SopSettings = { agent: {}, limits: {}, parallel: null }

/**
 * Gives each step what the comments `<!-- ion: … -->` in it say. They are for Ion alone, so whatever is wrong with one is an
 * error: nobody else would heed it.
 */
export function withSettings(
  steps: SopStep[],
  { root, source }: { root: Root; source: SopSource },
): SopStep[] {
  const comments = ionComments(root, source)
  if (comments.length === 0) return steps
  return new SettingsReader(source).read(steps, comments)
}

class SettingsReader {
  readonly #source: SopSource

  constructor(source: SopSource) {
    this.#source = source
  }

  /** Reads the comments into the steps that they stand in; both are in the order of the text. */
  read(steps: SopStep[], comments: readonly IonComment[]): SopStep[] {
    const { inside, outside } = this.#sorted(steps, comments)
    for (const comment of outside) this.#refuseOutside(comment)
    return this.#readAll(steps, inside)
  }

  #readAll(steps: SopStep[], inside: readonly IonComment[][]): SopStep[] {
    const parallel = new ParallelSteps(steps, this.#source)
    const read = steps.map((step, index) => {
      const { inside: below, outside: own } = this.#sorted(step.substeps, inside[index] ?? [])
      const settings = { agent: {}, limits: {} }
      for (const comment of own) {
        this.#warnOfNext(comment, { step, isLast: index === steps.length - 1 })
        this.#readComment(comment, { settings, parallel, index })
      }
      return { ...step, settings, substeps: this.#readAll(step.substeps, below) }
    })
    const groups = parallel.resolve()
    return read.map((step, index) => ({
      ...step,
      settings: { ...step.settings, parallel: groups.get(index) ?? null },
    }))
  }

  /** The comments in each of the steps, and those in none. */
  #sorted(steps: readonly SopStep[], comments: readonly IonComment[]) {
    const inside = steps.map((): IonComment[] => [])
    const outside: IonComment[] = []
    let at = 0
    for (const comment of comments) {
      const place = this.#source.source.position(comment.span.start)
      while (at < steps.length && !isBefore(place, steps[at]?.range.end ?? place)) at += 1
      const step = steps[at]
      const isIn = step !== undefined && !isBefore(place, step.range.start)
      const list = isIn ? inside[at] : outside
      list?.push(comment)
    }
    return { inside, outside }
  }

  #readComment(
    comment: IonComment,
    {
      settings,
      parallel,
      index,
    }: { settings: { agent: JsonObject; limits: JsonObject }; parallel: ParallelSteps; index: number },
  ): void {
    const isFlow = !comment.text.trim().includes('\n') && !comment.text.trim().startsWith('{')
    const text = isFlow ? `{${comment.text}}` : comment.text
    const kind = { name: 'Such a comment', keys: '`model:` and `timeout:`', whenTooLarge: 'Keep it short.' }
    const { file, diagnostics } = readYaml(text, { path: null, kind })
    const spanOf = (range: { start: Position; end: Position }) => {
      const place = (position: Position) => comment.at + offsetOf(text, position) - (isFlow ? 1 : 0)
      const start = Math.min(place(range.start), comment.span.end)
      return { start, end: Math.max(start, Math.min(place(range.end), comment.span.end)) }
    }
    const fault = diagnostics.find(({ severity }) => severity === 'error')
    if (file === null || fault !== undefined || !comment.isClosed) {
      this.#refuse(comment, fault?.message)
      return
    }
    for (const [key, value] of Object.entries(file.value)) {
      const at = { key: spanOf(file.rangeOf([key], { key: true })), value: spanOf(file.rangeOf([key])) }
      if (!settingKeys.includes(key)) {
        const near = closestName(key, settingKeys)
        const message = `A step has no setting \`${key}\`.`
        const hint =
          near === undefined
            ? `There are ${settingKeys.map((one) => `\`${one}\``).join(', ')}.`
            : `Did you mean \`${near}\`?`
        this.#source.report.error({ code: 'ION4032', span: at.key, message, hint })
        continue
      }
      const target = isAgentKey(key) ? settings.agent : settings.limits
      const message = Object.hasOwn(target, key)
        ? `\`${key}\` is set twice in this step.`
        : faultOf(key, value)
      if (message !== null) this.#source.report.error({ code: 'ION4033', span: at.value, message })
      else if (key === 'parallel-with') parallel.add(index, value, at.value)
      else target[key] = settingValue(key, value)
    }
  }

  #refuse({ span, isClosed }: IonComment, why: string | undefined): void {
    const message = isClosed
      ? `This comment can't be read as settings of a step: ${why ?? 'it is no mapping.'}`
      : 'This comment is never closed.'
    const hint = isClosed
      ? 'Write it as `<!-- ion: model: small, timeout: 10m -->`, or with each setting on a line of its own.'
      : 'Close it with `-->`.'
    this.#source.report.error({ code: 'ION4031', span: { ...span, end: span.start + 4 }, message, hint })
  }

  #refuseOutside({ span }: IonComment): void {
    const message = 'This comment stands in no step, so it sets nothing.'
    const hint = 'Put it below the heading of the step that it is for.'
    this.#source.report.error({ code: 'ION4035', span, message, hint })
  }

  /** A comment right above a heading is read as one about what follows, by people. */
  #warnOfNext({ span }: IonComment, { step, isLast }: { step: SopStep; isLast: boolean }): void {
    const { line, column } = this.#source.source.position(span.end)
    const isAtEnd = line === step.range.end.line && column === step.range.end.column
    if (isLast || !isAtEnd || bodyWithoutComments(step) === '') return
    const message = `This comment is for the step above it, \`${step.title}\`, and not for the one below.`
    const hint = 'Put it below the heading of the step that it is for.'
    this.#source.report.warning({ code: 'ION4036', span, message, hint })
  }
}

function isBefore(a: Position, b: Position): boolean {
  return a.line < b.line || (a.line === b.line && a.column < b.column)
}

function bodyWithoutComments({ text, headingRange: { start, end } }: SopStep): string {
  const body = text.split('\n').slice(end.line - start.line + 1)
  return body
    .join('\n')
    .replace(/<!--[\s\S]*?-->/g, '')
    .trim()
}
