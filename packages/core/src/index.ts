export { isCommandName } from './command-name.ts'
export type { Comparison, Condition } from './condition/condition.ts'
export { type ConditionResult, evaluateCondition } from './condition/evaluate-condition.ts'
export { parseCondition } from './condition/parse-condition.ts'
export type * from './definition.ts'
export { scriptRuntimes, triggerRules } from './definition.ts'
export type { Diagnostic, Position, Range } from './diagnostic.ts'
export { discoverWorkflows } from './discovery/discover-workflows.ts'
export type * from './discovery/discovered-workflow.ts'
export { type FoundCommand, findCommand } from './discovery/find-command.ts'
export { type FoundScript, findScript, type ScriptExtension } from './discovery/find-script.ts'
export { findWorkflow } from './discovery/find-workflow.ts'
export {
  findProjectRoot,
  type LookupOptions,
  type LookupScope,
  type ProjectFolders,
} from './discovery/ion-folders.ts'
export { LookupError, type LookupErrorCode } from './discovery/lookup-error.ts'
export type { SopLookup } from './discovery/sop-lookup.ts'
export { findArchonKeys, type UsedArchonKey } from './find-archon-keys.ts'
export { formatDiagnostic } from './format-diagnostic.ts'
export { buildGraph, type Graph } from './graph.ts'
export type { JsonObject, JsonValue } from './json.ts'
export { type CompiledSchema, compileJsonSchema, type SchemaMiss } from './json-schema.ts'
export { type CommandFileOptions, parseCommandFile } from './parse-command-file.ts'
export { type ParseOptions, type ParseResult, parseWorkflow } from './parse-workflow.ts'
export { type LocatedYaml, readYaml } from './read-yaml.ts'
export { type Problem, Report } from './report.ts'
export { resolveWith } from './resolve-with.ts'
export type { ArchonAnswer, ArchonLevel, ArchonStanding } from './schema/archon/archon-key.ts'
export { type ArchonKey, archonKeys } from './schema/archon/archon-keys.ts'
export type { NodeView, Scope } from './scope.ts'
export { bashAssignments, NulInVariableError } from './template/bash-assignments.ts'
export type { BashTemplate } from './template/bash-template.ts'
export { closestName } from './template/closest-name.ts'
export { parseBashTemplate } from './template/parse-bash-template.ts'
export { type ParsedOutput, parseOutput } from './template/parse-output.ts'
export { parseTemplate, templateReferences } from './template/parse-template.ts'
export type { SourceProblem, TemplateContext } from './template/problem.ts'
export {
  type NodeProperty,
  nodeProperties,
  type PlacedReference,
  type Reference,
  type VariableName,
  variableNames,
} from './template/reference.ts'
export { renderTemplate } from './template/render-template.ts'
export { referenceText, resolveReference, UnresolvedReferenceError } from './template/resolve-reference.ts'
export { parseScriptTemplate } from './template/script/parse-script-template.ts'
export { renderScript } from './template/script/render-script.ts'
export type { ScriptContext } from './template/script/script-context.ts'
export { languageOfRuntime } from './template/script/script-language.ts'
export { scriptNameCandidate } from './template/script/script-name.ts'
export type {
  ScriptLanguage,
  ScriptPlace,
  ScriptReference,
  ScriptSegment,
  ScriptTemplate,
} from './template/script/script-template.ts'
export { ScriptValueError } from './template/script/script-value-error.ts'
export type { Segment, Template } from './template/template.ts'
export { type WorkflowReference, workflowReferences } from './workflow-references.ts'
export { type SourceText, type Span, sourceText } from './yaml/source-text.ts'
