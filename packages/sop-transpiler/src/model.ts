import type { JsonObject, JsonValue, Range } from '@ion/core'

/**
 * An Agent SOP as read. Texts are slices of the source, word for word, with every line break a `\n`; ranges are places in
 * the file as an editor shows it.
 */
export interface SopModel {
  /** The `name` of the frontmatter, else the file's name without `.sop.md`; `null` when there is neither. */
  name: string | null
  /** Where it was read from; `null` when it came from no file. */
  path: string | null
  /** The whole text, without frontmatter. */
  text: string
  frontmatter: SopFrontmatter | null
  /** The first heading of level 1. */
  title: SopSlice | null
  /** What stands between the title and the first section. */
  preamble: SopSlice | null
  /** What the SOP is for. */
  overview: SopSection | null
  /** In order of declaration; names are unique. */
  parameters: SopParameter[]
  /** How the parameters are to be got. */
  acquisition: SopAcquisition | null
  /** In order. Empty when the SOP has none that can be told apart. */
  steps: SopStep[]
  examples: SopSection | null
  troubleshooting: SopSection | null
  /** All other sections, in order. */
  sections: SopSection[]
}

/** A stretch of the source. */
export interface SopSlice {
  text: string
  range: Range
}

/** The YAML between two lines of `---` at the top. */
export interface SopFrontmatter {
  values: JsonObject
  range: Range
}

/** A section: a heading and what stands below it. */
export interface SopSection {
  /** The heading as plain text. */
  heading: string
  /** 1 to 6. */
  depth: number
  /** What stands below the heading. */
  body: string
  /** Of the heading and all below it. */
  range: Range
  /** Whether it stands before the steps, and so holds for all of them. */
  beforeSteps: boolean
  /** Headings of the sections that it refers to. */
  references: string[]
  /** What it says, piece by piece. */
  statements: SopStatement[]
}

/** A paragraph, or the text of an item of a list without the lists below it. Code and quotes are none. */
export interface SopStatement extends SopSlice {
  /** The label above it, such as `Interactive Mode`; `null` when there is none. */
  label: string | null
}

/** Something that the user gives. */
export interface SopParameter {
  /** As the author wrote it, without markup. */
  name: string
  required: boolean
  /** Whether the author said that it is required or optional. Otherwise what has no default counts as required. */
  isTagged: boolean
  /** What the author says about when it is required or what it is, beyond the words of the format. */
  note: string | null
  /** The declared type, in the author's word. */
  type: string | null
  default: SopDefault | null
  /** The values listed below it; empty when there are none. */
  values: SopValue[]
  /** One line of plain Markdown. */
  description: string
  /** Of the name. */
  nameRange: Range
  range: Range
}

/** What a parameter is when it is not given. */
export type SopDefault =
  /** A value. */
  | { kind: 'literal'; value: JsonValue; text: string; range: Range }
  /** A text with the values of other parameters in it. */
  | { kind: 'template'; value: string; parameters: string[]; text: string; range: Range }
  /** How to come by the value, in words. */
  | { kind: 'prose'; text: string; range: Range }

/** One of the values that a parameter can have. */
export interface SopValue {
  value: string
  description: string
  range: Range
}

/** The part of the parameters' section that says how they are to be got. */
export interface SopAcquisition extends SopSlice {
  constraints: SopConstraint[]
}

/** A step of the procedure. */
export interface SopStep {
  /** The heading as plain text, with its number. */
  heading: string
  /** The heading without its number. */
  title: string
  /** As the author wrote it: `2`, `2.5`, `4A`; `null` when it has none. */
  number: string | null
  /** The level of the heading; `null` for an item of a list or a row of a table. */
  depth: number | null
  /** All of it, with its heading and sub-steps. */
  text: string
  /** What stands before the first sub-step, without the heading. */
  body: string
  /** Numbered parts of this step. */
  substeps: SopStep[]
  /** Those outside its sub-steps. */
  constraints: SopConstraint[]
  /** What it says besides its constraints, outside its sub-steps. */
  statements: SopStatement[]
  /** Headings of the sections that it, or one of its sub-steps, refers to. */
  references: string[]
  /** What its comments `<!-- ion: … -->` say. */
  settings: SopSettings
  headingRange: Range
  range: Range
}

/** How Ion is to run a step, from comments `<!-- ion: … -->`, which no other tool shows. Keys are those of a `prompt` node. */
export interface SopSettings {
  /** For the agent: `model`, `provider`, `agent`, `effort`, `allowed_tools`. */
  agent: JsonObject
  /** `timeout`, `idle_timeout`, `retry`, as they stand in a workflow. */
  limits: JsonObject
  /**
   * The steps that are done at the same time, this one included: where the first and the last of them stand among the steps,
   * or sub-steps, of which this is one; `null` when it is done alone.
   */
  parallel: { first: number; last: number } | null
}

/** The words of RFC 2119, with their synonyms put together. */
export type ConstraintLevel = 'must' | 'must_not' | 'should' | 'should_not' | 'may'

/** Something the agent has to keep to. */
export interface SopConstraint extends SopSlice {
  /** From its first keyword, or from the label above its list; `null` when neither says. */
  level: ConstraintLevel | null
  /** The words that say it; `null` when the label does. */
  keyword: string | null
  /** Why, from the word that says so (`because`, `since`, …); `null` when it isn't said. */
  reason: string | null
  /** When it holds (`If x is true`, `For PDD mode`); `null` when always. */
  condition: string | null
  /** The label of its list, such as `Constraints`; `null` when it has none. */
  label: string | null
}
